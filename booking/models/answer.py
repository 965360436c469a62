"""What lets a patient answer a message without an account: a link, and a conversation by SMS that waits for a choice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class AnswerLink(models.Model):
    """The link of one visit for one recipient of its messages. Only a digest of its token is kept.

    It shows the visit as it stands, to who gives the birth date, until the visit begins. `wrong_dates` counts the dates
    that were not the patient's: past a number, the link opens for nobody who is not signed in.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    appointment = models.ForeignKey("booking.Appointment", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    wrong_dates = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("lien de réponse")

    def __str__(self) -> str:
        return f"answer link {self.pk}"


class SmsDialogue(models.Model):
    """A number that was asked « lequel ? »: what it wanted, and what each figure stands for, until `expires_at`.

    `options` holds `[id of the visit, its revision]`, in the order of the figures: a visit moved meanwhile is not meant.
    """

    number = models.CharField(max_length=64, unique=True, editable=False)
    wanted = models.CharField(max_length=10)
    options = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("conversation par SMS")

    def __str__(self) -> str:
        return f"dialogue {self.pk}"
