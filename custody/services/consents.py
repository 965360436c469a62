"""Takes an agreement back: it counts at the next request, and at the next message."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from carnet.models import CheckupForm, Grant, PreventionConsent
from carnet.services.checkups import erase_checkup
from carnet.services.sharing import revoke_grant
from core import audit, clock
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from custody.consent_texts import CHECKUP, PREVENTION, SHARING


def withdraw(*, actor: Actor, purpose: str, key: str) -> None:
    """Ends one agreement, by the service of its own part. Raises NotForYou."""
    if purpose == PREVENTION and key.isdecimal() and len(key) < 19:
        given = get_or_404(actor, PreventionConsent, "read", pk=int(key))
        with transaction.atomic():
            # Whoever agreed takes it back, even once their right to act for the person has ended.
            live = PreventionConsent.objects.filter(pk=given.pk, withdrawn_at__isnull=True)
            if live.update(withdrawn_at=clock.now()):
                audit.record(
                    actor, "carnet.choose_themes", patient_id=given.patient_id, given=[], withdrawn=[given.theme]
                )
    elif purpose == SHARING:
        revoke_grant(actor=actor, grant=get_or_404(actor, Grant, "read", uid=_uid(key)).uid)
    elif purpose == CHECKUP:
        erase_checkup(actor=actor, checkup=get_or_404(actor, CheckupForm, "read", uid=_uid(key)).uid)
    else:
        raise NotForYou


def _uid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as error:
        raise NotForYou from error
