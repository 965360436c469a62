"""The link of an offer: names it by a signature drawn from the site's secret, so that nothing has to be kept.

It is worth nothing without the birth date or a sign-in, but for one thing: leaving the list, which tells nobody anything.
"""

from __future__ import annotations

import base64
import re
from datetime import date

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from booking.models import WaitlistEntry, WaitlistOffer

TOKEN = re.compile(r"(\d{1,18})-([A-Za-z0-9_-]{22})")


def offer_path(offer: WaitlistOffer) -> str:
    """The path of the page where the offer is answered."""
    return reverse("booking:waitlist_offer", args=[token_of(offer)])


def token_of(offer: WaitlistOffer) -> str:
    mac = salted_hmac("booking.waitlist_offer", str(offer.uid), algorithm="sha256").digest()
    return f"{offer.pk}-{base64.urlsafe_b64encode(mac[:16]).decode().rstrip('=')}"


def offer_behind(token: str) -> WaitlistOffer | None:
    """The offer that a link names, over or not; None for a link that is not ours."""
    match = TOKEN.fullmatch(token)
    if match is None:
        return None
    rows = WaitlistOffer.objects.select_related(
        "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty",
        "entry__visit_reason", "entry__patient", "entry__record__patient", "entry__user", "entry__appointment__agenda",
    )  # fmt: skip
    found = rows.filter(pk=int(match[1])).first()
    return found if found is not None and constant_time_compare(token_of(found), token) else None


def birth_date_of(entry: WaitlistEntry) -> date | None:
    """What the reader has to know: the civil identity's date, else the one in the practice's file."""
    if entry.patient is not None:
        return entry.patient.birth_date
    return entry.record.birth_date if entry.record is not None else None
