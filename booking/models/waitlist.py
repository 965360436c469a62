"""The waitlist: who wants an earlier or another time, when it suits, and each time that was kept for them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.enums import Status, WaitlistAnswer, WaitlistEnd, WaitlistState
from core.crypto import EncryptedTextField
from practitioners.enums import Mode


class WaitlistEntry(models.Model):
    """A wish to be told of a free time, for one reason in one or several agendas of a practice.

    The person is a `patient` (civil identity), or only a `record` of the practice when the desk wrote the caller down.
    `user` is the account that joined and is written to; None for the desk's own entries. With an `appointment` only
    earlier times are offered, and accepting moves it. Dates are local to the place and included. `joined_at` is the
    place in the queue. `answers` are those to the questions of the reason, sealed JSON by identifier.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    visit_reason = models.ForeignKey(
        "practitioners.VisitReason", on_delete=models.CASCADE, related_name="waitlist_entries"
    )
    agendas = models.ManyToManyField("practitioners.Agenda", related_name="waitlist_entries")
    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.CASCADE, related_name="waitlist_entries"
    )
    record = models.ForeignKey(
        "patients.PatientRecord", null=True, blank=True, on_delete=models.CASCADE, related_name="waitlist_entries"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="waitlist_entries"
    )
    appointment = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.SET_NULL, related_name="waitlist_entries"
    )
    mode = models.CharField(max_length=8, choices=Mode, blank=True, default="")
    earliest_on = models.DateField(null=True, blank=True)
    latest_on = models.DateField(null=True, blank=True)
    answers = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=WaitlistState, default=WaitlistState.WAITING)
    ended_by = models.CharField(max_length=16, choices=WaitlistEnd, blank=True, default="")
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("inscription en liste d’attente")
        constraints = [
            models.CheckConstraint(
                name="waitlist_entry_of_somebody", condition=Q(patient__isnull=False) | Q(record__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["patient", "visit_reason"], condition=Q(state="waiting"), name="waitlist_once_per_patient"
            ),
            models.UniqueConstraint(
                fields=["record", "visit_reason"], condition=Q(state="waiting"), name="waitlist_once_per_record"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "joined_at"], condition=Q(state="waiting"), name="waitlist_queue"),
            models.Index(fields=["user"], name="waitlist_of_user"),
        ]

    def __str__(self) -> str:
        return f"waitlist entry {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state == WaitlistState.WAITING

    @property
    def by_desk(self) -> bool:
        """Written down by the practice, not by the person."""
        return self.user_id is None

    @property
    def current_visit(self) -> models.Model | None:
        """The visit that an acceptance moves: the one named, as long as it is booked."""
        visit = self.appointment
        return visit if visit is not None and visit.status == Status.BOOKED else None


class WaitlistWindow(models.Model):
    """Hours of one weekday (0 is Monday) in which a visit may start, on the clock of the place; no window: any time.

    `end` is excluded; midnight means the end of the day.
    """

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField()
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        verbose_name = _("heures qui conviennent")
        constraints = [
            models.UniqueConstraint(fields=["entry", "weekday", "start"], name="waitlist_window_once"),
            models.CheckConstraint(name="waitlist_window_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="waitlist_window_order", condition=Q(end__gt=models.F("start")) | Q(end="00:00")
            ),
        ]

    def __str__(self) -> str:
        return f"waitlist window {self.pk}"


class WaitlistOffer(models.Model):
    """One time kept for one person: `hold` is the row that keeps it (`holder` is `waitlist:<uid>`).

    `rank`: the how-manieth to be offered this time. `told_at` is when the message goes or the call is asked for,
    `expires_at` the end of the offer. The times are copied: the row outlives its hold.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="offers")
    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="+")
    hold = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.SET_NULL, related_name="waitlist_offers"
    )
    task = models.ForeignKey("booking.Task", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(default=1)
    told_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=WaitlistAnswer, default=WaitlistAnswer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposition de la liste d’attente")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answer="waiting"), name="waitlist_one_live_offer_per_entry"
            ),
            models.UniqueConstraint(
                fields=["entry", "agenda", "start_at"],
                condition=~Q(answer="withdrawn"),
                name="waitlist_time_offered_once",
            ),
            models.CheckConstraint(name="waitlist_offer_lasts", condition=Q(expires_at__gt=models.F("told_at"))),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(answer="waiting"), name="waitlist_offers_to_end"),
            models.Index(fields=["entry", "told_at"], name="waitlist_offers_of_entry"),
            models.Index(fields=["agenda", "start_at"], name="waitlist_offers_of_time"),
        ]

    def __str__(self) -> str:
        return f"waitlist offer {self.pk}"

    def is_live(self, at: datetime) -> bool:
        return self.answer == WaitlistAnswer.WAITING and at < self.expires_at
