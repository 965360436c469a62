"""Appointments, holds included: the table in which double booking is impossible."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import CANCELLED, OCCUPYING, OPEN, Channel, Status
from core.crypto import EncryptedTextField
from practitioners.enums import Mode


class TsTzRange(models.Func):
    """`tstzrange(start, end, '[)')`: half-open, so that visits may touch."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def occupying(self) -> AppointmentQuerySet:
        return self.filter(status__in=OCCUPYING)

    def upcoming(self, at: datetime) -> AppointmentQuerySet:
        """Visits still to come, in order of time."""
        return self.filter(status__in=OPEN, end_at__gt=at).order_by("start_at", "pk")

    def not_held(self) -> AppointmentQuerySet:
        return self.exclude(status=Status.HELD)

    def past(self, at: datetime) -> AppointmentQuerySet:
        """Finished or cancelled visits, latest first; never a hold."""
        return (
            self.not_held().filter(models.Q(end_at__lte=at) | ~models.Q(status__in=OPEN)).order_by("-start_at", "-pk")
        )


class Appointment(models.Model):
    """A visit of a patient, or (status `held`) a slot kept for somebody who has not finished booking.

    `performer` is who really sees the patient. The label, price, duration and buffers are copied at booking, so
    that a later change of the reason does not touch it. `revision` rises at each move: it is the SEQUENCE of the
    calendar file and part of every message's key. `concealed`: shown only to the person herself and to who
    booked it. `confirmed_at`: the patient said to come, at this very time. `group` ties the visits of a family booked
    together, `series` those of a treatment. `note` is what the patient wrote, `internal_note` what the practice keeps to
    itself. A hold has `expires_at` and `holder`; it becomes a booking in place.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.PROTECT, related_name="appointments")
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey("practitioners.Practitioner", on_delete=models.PROTECT, related_name="appointments")
    visit_reason = models.ForeignKey("practitioners.VisitReason", on_delete=models.PROTECT, related_name="+")
    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(
        "patients.PatientRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    status = models.CharField(max_length=22, choices=Status)
    overbooked = models.BooleanField(default=False)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.OFFICE)
    reason_name = models.CharField(max_length=80)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    change_until_minutes = models.PositiveIntegerField(default=240)
    revision = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    concealed = models.BooleanField(default=False)
    group = models.UUIDField(null=True, blank=True)
    series = models.UUIDField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    note = EncryptedTextField(blank=True, default="")
    internal_note = EncryptedTextField(blank=True, default="")
    answers = EncryptedTextField(blank=True, default="")
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    holder = models.CharField(max_length=64, blank=True, default="")
    holder_ip = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    renewed = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_late = models.BooleanField(default=False)
    cancel_reason = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendez-vous")
        constraints = [
            ExclusionConstraint(
                name="appointment_no_double_booking",
                expressions=[
                    ("performer", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(status__in=OCCUPYING, overbooked=False),
            ),
            models.CheckConstraint(
                name="appointment_ends_after_start", condition=models.Q(end_at__gt=models.F("start_at"))
            ),
            models.CheckConstraint(
                name="appointment_hold_expires",
                condition=models.Q(status=Status.HELD, expires_at__isnull=False)
                | (~models.Q(status=Status.HELD) & models.Q(expires_at__isnull=True, record__isnull=False)),
            ),
        ]
        indexes = [
            # Availability is read by btree (architecture, rule 3); the GiST index only serves the constraint.
            models.Index(
                fields=["performer", "start_at"],
                include=["end_at", "buffer_before_minutes", "buffer_after_minutes", "expires_at"],
                condition=models.Q(status__in=OCCUPYING),
                name="appointment_busy",
            ),
            models.Index(fields=["agenda", "start_at"], name="appointment_agenda_day"),
            models.Index(fields=["record", "start_at"], name="appointment_record"),
            models.Index(
                fields=["expires_at"], condition=models.Q(status=Status.HELD), name="appointment_expired_holds"
            ),
            models.Index(fields=["holder"], condition=models.Q(status=Status.HELD), name="appointment_holder"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def duration(self) -> timedelta:
        return self.end_at - self.start_at

    @property
    def may_cancel_until(self) -> datetime:
        """The cut-off: after it moving is refused online, and a cancellation is recorded as late."""
        return self.start_at - timedelta(minutes=self.change_until_minutes)

    @property
    def patient_id(self) -> int | None:
        """The civil identity behind the practice's file, if it is known."""
        return self.record.patient_id if self.record is not None else None

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
