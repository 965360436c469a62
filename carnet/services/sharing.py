"""Gives and takes back access to a record, and keeps one professional out. All of it counts at the next request."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import transaction

from booking.enums import OPEN
from booking.models import Appointment
from carnet.enums import GrantLevel
from carnet.exceptions import CarnetRefusal
from carnet.models import AccessBlock, Document, Grant
from core import audit, clock
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from core.idempotency import Claim, begin, complete
from patients.majority import PARIS
from patients.models import Patient
from practitioners.enums import VerificationState
from practitioners.models import Practice, Practitioner

MONTHS = 3
LONGEST = timedelta(days=366)
MOST_LIVE = 200
# The words of the page on which a share is confirmed; a change of them is a new version.
CONSENT_TEXT = "2026-11-22"


def default_end(visit: datetime | None = None) -> date:
    """The last day of a share unless another is chosen: three months from today, or from the visit."""
    day = clock.local_date(visit, PARIS) if visit else clock.today(PARIS)
    return day + relativedelta(months=MONTHS)


def create_grant(
    *,
    actor: Actor,
    patient: UUID,
    document: UUID | None = None,
    practitioner: UUID | None = None,
    practice: UUID | None = None,
    appointment: UUID | None = None,
    level: str = GrantLevel.READ,
    until: date | None = None,
    claim: Claim | None = None,
) -> Grant:
    """Opens one document, or the record without `document`, to one recipient, to the end of the day `until`.

    Raises NotForYou, `no_recipient`, `end_impossible`, `already_shared`, `visit_over`, `recipient_blocked`.
    """
    with transaction.atomic():
        if (kept := begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        person = _person(actor, patient)
        target = _document_of(actor, person, document)
        recipient = _recipient(actor, person, practitioner, practice, appointment)
        visit = recipient.get("appointment")
        last = until or default_end(visit.start_at if isinstance(visit, Appointment) else None)
        today = clock.today(PARIS)
        if not today < last <= today + LONGEST:
            raise CarnetRefusal("end_impossible")
        if level not in GrantLevel.values or (level == GrantLevel.ADD and target is not None):
            level = GrantLevel.READ
        live = Grant.objects.live(clock.now()).filter(patient=person)
        if live.filter(document=target, level=level, **recipient).exists():
            raise CarnetRefusal("already_shared")
        if live.count() >= MOST_LIVE:
            raise CarnetRefusal("too_many_shares")
        grant = Grant.objects.create(
            patient=person,
            document=target,
            level=level,
            text_version=CONSENT_TEXT,
            starts_at=clock.now(),
            ends_at=clock.combine(last + timedelta(days=1), time(0), PARIS),
            created_by_id=actor.user_id,
            **recipient,
        )
        audit.record(actor, "carnet.create_grant", grant, patient_id=person.pk, level=level, until=last)
        complete(actor, claim, grant)
    return grant


def revoke_grant(*, actor: Actor, grant: UUID, claim: Claim | None = None) -> Grant:
    """Takes an access back at once. Raises NotForYou."""
    with transaction.atomic():
        if (kept := begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        found = get_or_404(actor, Grant, "revoke", uid=grant)
        found = Grant.objects.select_for_update(of=("self",)).get(pk=found.pk)
        found.revoked_at = found.revoked_at or clock.now()
        found.save(update_fields=["revoked_at"])
        audit.record(actor, "carnet.revoke_grant", found, patient_id=found.patient_id)
        complete(actor, claim, found)
    return found


def block_practitioner(*, actor: Actor, patient: UUID, practitioner: UUID) -> AccessBlock:
    """Keeps a professional out of the record, whatever is shared with them or their team. Raises `already_blocked`."""
    with transaction.atomic():
        person = _person(actor, patient)
        found = Practitioner.objects.filter(uid=practitioner).first()
        if found is None:
            raise CarnetRefusal("no_recipient")
        block, made = AccessBlock.objects.get_or_create(
            patient=person, practitioner=found, defaults={"created_by_id": actor.user_id}
        )
        if not made:
            raise CarnetRefusal("already_blocked")
        audit.record(actor, "carnet.block_practitioner", block, patient_id=person.pk, practitioner=found.pk)
    return block


def lift_block(*, actor: Actor, block: UUID) -> UUID:
    """Lets the shares count again for this professional; returns whose record it is. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, AccessBlock, "read", uid=block)
        audit.record(actor, "carnet.lift_block", found, patient_id=found.patient_id, practitioner=found.practitioner_id)
        patient = found.patient.uid
        found.delete()
    return patient


def _person(actor: Actor, patient: UUID) -> Patient:
    """Locked, so that two shares of one record follow one another."""
    found = get_or_404(actor, Patient, "share_record", uid=patient)
    return Patient.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _document_of(actor: Actor, person: Patient, document: UUID | None) -> Document | None:
    if document is None:
        return None
    found = get_or_404(actor, Document, "change", uid=document)
    if found.patient_id != person.pk:
        raise NotForYou
    if found.removed_at is not None:
        raise CarnetRefusal("in_the_bin")
    if found.hidden:
        raise CarnetRefusal("hidden_document")
    return found


def _recipient(
    actor: Actor, person: Patient, practitioner: UUID | None, practice: UUID | None, appointment: UUID | None
) -> dict[str, Practitioner | Practice | Appointment]:
    if sum(one is not None for one in (practitioner, practice, appointment)) != 1:
        raise CarnetRefusal("no_recipient")
    if appointment is not None:
        visit = get_or_404(actor, Appointment, "read", uid=appointment)
        if visit.record is None or visit.record.patient_id != person.pk:
            raise NotForYou
        if visit.status not in OPEN:
            raise CarnetRefusal("visit_over")
        return {"appointment": visit}
    if practice is not None:
        team = Practice.objects.filter(uid=practice).first()
        if team is None:
            raise CarnetRefusal("no_recipient")
        return {"practice": team}
    carer = Practitioner.objects.filter(
        uid__in=[practitioner], user__isnull=False, verification=VerificationState.PUBLISHED
    ).first()
    if carer is None:
        raise CarnetRefusal("no_recipient")
    if AccessBlock.objects.filter(patient=person, practitioner=carer).exists():
        raise CarnetRefusal("recipient_blocked")
    return {"practitioner": carer}
