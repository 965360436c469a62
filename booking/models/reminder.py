"""What a practice has decided about reminders, and which visits one reminder spoke of."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderPlan(models.Model):
    """When patients are reminded: for a reason in an agenda, a reason, an agenda, or the whole practice.

    The most precise row holds, in that order; without any, `booking.reminders.DEFAULT`. `steps` is the stored form of a
    plan (`booking.reminders.plan_of`); an empty list reminds nobody.
    """

    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="+")
    agenda = models.ForeignKey(
        "practitioners.Agenda", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visit_reason = models.ForeignKey(
        "practitioners.VisitReason", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    steps = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("plan de rappels")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "agenda", "visit_reason"], name="reminder_plan_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"reminder plan {self.pk}"


class GroupedReminder(models.Model):
    """A reminder that speaks of several visits of a day, written before it is sent.

    `visits` names them with their revision (`12@0`): the reminders of the others cancel themselves once it is sent.
    """

    message = models.OneToOneField("notifications.Message", on_delete=models.CASCADE, related_name="+")
    visits = models.JSONField(default=list)

    class Meta:
        verbose_name = _("rappel groupé")
        indexes = [GinIndex(fields=["visits"], opclasses=["jsonb_path_ops"], name="grouped_reminder_visits")]

    def __str__(self) -> str:
        return f"grouped reminder {self.message_id}"
