"""Looks at each reading by a professional, and tells when one stands out: the person, and the staff of the platform."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from accounts.models import User
from booking.enums import CANCELLED
from booking.models import Appointment
from carnet.deeds import READINGS
from carnet.enums import AlertKind
from carnet.messages_access import STAFF, UNUSUAL, alert_subject
from carnet.models import AccessAlert
from core import audit, clock
from core.access import Actor, Space
from core.models import AuditEvent
from notifications.enums import ChannelName
from notifications.services.outbox import notify_many
from patients.enums import Level
from patients.models import Guardianship, Patient

logger = structlog.get_logger(__name__)
PEOPLE_PER_HOUR = 60
HOUR = timedelta(hours=1)


def watch_accesses(*, actor: Actor, patient_id: int) -> None:
    """Notes what stands out: more than 60 people in an hour, a person without any visit to this practice.

    Called once the reading is written down. Everybody read in such an hour is told, later ones as they are read.
    """
    if actor.space != Space.PRACTICE or actor.user_id is None:
        return
    now = clock.now()
    lately = AuditEvent.objects.filter(user_id=actor.user_id, at__gt=now - HOUR, action__in=READINGS)
    people = set(lately.filter(space=Space.PRACTICE).values_list("patient_id", flat=True).distinct())
    if len(people) > PEOPLE_PER_HOUR:
        _alert(actor, AlertKind.MANY, None, f"many:{actor.user_id}:{now:%Y%m%d%H}", people, patient_id, now)
    visits = Appointment.objects.filter(record__patient_id=patient_id, practice_id=actor.practice_id or 0)
    if not visits.exclude(status__in=CANCELLED).exists():
        occasion = f"no_visit:{actor.user_id}:{patient_id}:{now:%Y%m%d}"
        _alert(actor, AlertKind.NO_VISIT, patient_id, occasion, {patient_id}, patient_id, now)


def _alert(
    actor: Actor,
    kind: AlertKind,
    patient_id: int | None,
    occasion: str,
    people: set[int | None],
    latest: int,
    now: datetime,
) -> None:
    """One row an occasion. Its first time tells everybody concerned; afterwards only who was read just now."""
    with transaction.atomic():
        row, made = AccessAlert.objects.get_or_create(
            occasion=occasion,
            defaults={
                "kind": kind,
                "user_id": actor.user_id or 0,
                "practice_id": actor.practice_id,
                "patient_id": patient_id,
            },
        )
        if made:
            audit.record(actor, "carnet.alert", patient_id=patient_id, practice_id=actor.practice_id, kind=kind)
            _tell_staff(row)
        if made or kind == AlertKind.MANY:
            _tell_people(row, people if made else {latest}, now)
    if made:
        logger.warning("carnet_access_alert", kind=str(kind), user=actor.user_id, practice=actor.practice_id)


def _tell_staff(alert: AccessAlert) -> None:
    staff = User.objects.filter(is_platform_staff=True, is_active=True).values_list("pk", flat=True)
    notify_many(
        {"kind": STAFF, "channel": channel, "subject": alert_subject(alert.pk), "user_id": user}
        for user in staff
        for channel in (ChannelName.EMAIL, ChannelName.BELL)
    )


def _tell_people(alert: AccessAlert, people: set[int | None], now: datetime) -> None:
    """Each account once for one alert: the person's own, or those granted to read for somebody without one."""
    found = [pk for pk in people if pk is not None]
    users = set(
        Patient.objects.filter(pk__in=found, user__isnull=False, removed_at__isnull=True).values_list("user", flat=True)
    )
    granted = Guardianship.objects.active(now).filter(
        patient__in=found, patient__user__isnull=True, patient__removed_at__isnull=True, level=Level.GRANTED
    )
    users |= set(granted.values_list("user", flat=True))
    notify_many(
        {"kind": UNUSUAL, "channel": channel, "subject": alert_subject(alert.pk), "user_id": user}
        for user in sorted(user for user in users if user is not None)
        for channel in (ChannelName.EMAIL, ChannelName.BELL)
    )
