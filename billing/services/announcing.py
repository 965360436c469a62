"""The e-mails of invoices just issued, written into the outbox of the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from billing.messages_invoice import INVOICE, subject_of
from billing.models import Invoice
from core import clock
from notifications.enums import ChannelName
from notifications.services import notify_many
from practitioners.enums import Role
from practitioners.models import Membership

LIFE = timedelta(days=14)


def announce(rows: Iterable[Invoice]) -> None:
    """Write the e-mails of invoices just issued: to the payer's address, or to the owners of the practice without one.

    Two statements for any number; each invoice is told once.
    """
    told = list(rows)
    nowhere = {row.practice_id for row in told if not row.payer.email}
    owners: dict[int, list[int]] = {}
    if nowhere:
        found = Membership.objects.filter(practice__in=nowhere, role=Role.OWNER).active(clock.now())
        for practice, user in found.values_list("practice_id", "user_id"):
            owners.setdefault(practice, []).append(user)
    news = []
    for row in told:
        common = {
            "kind": INVOICE,
            "channel": ChannelName.EMAIL,
            "subject": subject_of(row),
            "practice_id": row.practice_id,
            "expires_at": clock.now() + LIFE,
        }
        if row.payer.email:
            news.append({**common, "address": row.payer.email})
        else:
            news += [{**common, "user_id": user} for user in owners.get(row.practice_id, ())]
    if news:
        notify_many(news)
