"""Inviting somebody to act for a person, and answering such an invitation."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User, normalise_email
from core import audit, clock, ratelimit
from core.access import Actor, get_or_404
from notifications.services import cancel_pending, notify
from patients.enums import Level, Relation
from patients.exceptions import PatientRefusal
from patients.majority import is_minor, majority_at
from patients.messages import INVITATION, invitation_subject
from patients.models import GuardianInvitation, Guardianship, Patient
from patients.services._accounts import account_id
from patients.services.locks import lock_patients

LIFE = timedelta(days=7)
MOST_PENDING = 5


def invite_guardian(
    *, actor: Actor, patient: UUID, email: str, relation: str, level: str = Level.GRANTED
) -> GuardianInvitation:
    """Invite an address to act for a person, for seven days; the e-mail says nothing of health.

    `relation` is what the person will be to the invited one. The answer is the same whether the address has an account
    or not. Raises NotForYou, `own_address`, `too_many_invitations`, `too_many_requests` (429).
    """
    person = get_or_404(actor, Patient, "invite", uid=patient)
    ratelimit.spend("patients.invite", f"user:{actor.user_id}", limit=10, per=timedelta(days=1))
    address = normalise_email(email)
    with transaction.atomic():
        lock_patients(person.pk)
        if User.objects.filter(pk=actor.user_id, email=address).exists():
            raise PatientRefusal("own_address")
        now = clock.now()
        pending = GuardianInvitation.objects.filter(patient=person, accepted_at__isnull=True, expires_at__gt=now)
        _withdraw(list(pending.filter(email=address)))
        if pending.count() >= MOST_PENDING:
            raise PatientRefusal("too_many_invitations", most=MOST_PENDING)
        invitation = GuardianInvitation.objects.create(
            patient=person,
            invited_by_id=account_id(actor),
            email=address,
            relation=Relation(relation),
            level=Level(level),
            expires_at=now + LIFE,
        )
        notify(
            kind=INVITATION,
            channel="email",
            subject=invitation_subject(invitation.pk),
            address=address,
            expires_at=invitation.expires_at,
        )
        audit.record(
            actor, "patients.invite_guardian", invitation, patient_id=person.pk, relation=relation, level=level
        )
    return invitation


def withdraw_invitation(*, actor: Actor, invitation: UUID) -> None:
    """Take back an invitation that nobody has accepted yet. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, GuardianInvitation, "withdraw", uid=invitation)
        _withdraw([found])
        audit.record(actor, "patients.withdraw_invitation", found, patient_id=found.patient_id)


def accept_invitation(*, actor: Actor, invitation: UUID) -> Guardianship:
    """Accept, with the account whose verified address was invited; a minor's right ends at 18.

    A right one already holds is raised to the invited level. Raises NotForYou to everybody else and once it is over,
    `already_guardian` (409).
    """
    with transaction.atomic():
        found = get_or_404(actor, GuardianInvitation, "accept", uid=invitation)
        lock_patients(found.patient_id)
        found = get_or_404(actor, GuardianInvitation, "accept", uid=invitation)
        now = clock.now()
        person = found.patient
        if person.user_id == actor.user_id:
            raise PatientRefusal("own_address")
        right = _granted(actor, found, person)
        found.accepted_at = now
        found.save(update_fields=["accepted_at"])
        audit.record(
            actor, "patients.accept_invitation", right, patient_id=person.pk, invitation=found.pk, level=right.level
        )
    return right


def _granted(actor: Actor, invitation: GuardianInvitation, person: Patient) -> Guardianship:
    now = clock.now()
    held = Guardianship.objects.active(now).filter(user=actor.user_id, patient=person).order_by("-level").first()
    if held is not None:
        if held.level == Level.GRANTED or invitation.level == held.level:
            raise PatientRefusal("already_guardian")
        held.level, held.accepted_at = invitation.level, now
        held.save(update_fields=["level", "accepted_at"])
        return held
    return Guardianship.objects.create(
        user_id=account_id(actor),
        patient=person,
        relation=invitation.relation,
        level=invitation.level,
        accepted_at=now,
        starts_at=now,
        ends_at=majority_at(person.birth_date) if is_minor(person.birth_date, now) else None,
    )


def _withdraw(invitations: list[GuardianInvitation]) -> None:
    """An invitation taken back has expired now; its e-mail is called back if it has not left."""
    now = clock.now()
    for invitation in invitations:
        invitation.expires_at = now
        invitation.save(update_fields=["expires_at"])
        cancel_pending(invitation_subject(invitation.pk))
