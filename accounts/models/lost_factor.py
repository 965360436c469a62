"""The way back for someone who lost a second factor: announced at once, carried out later, stopped by the owner."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class LostFactorQuerySet(models.QuerySet["LostFactorRequest"]):
    def pending(self) -> "LostFactorQuerySet":
        return self.filter(cancelled_at=None, completed_at=None)


class LostFactorRequest(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lost_factor_requests")
    # SHA-256 of the token of the link that cancels; the token itself is only ever in the announcement.
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LostFactorQuerySet.as_manager()

    class Meta:
        verbose_name = _("second facteur perdu")
        verbose_name_plural = _("seconds facteurs perdus")
        constraints = [
            # One at a time, so that asking again never shortens or restarts the wait.
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at=None, completed_at=None),
                name="accounts_one_pending_lost_factor",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None) | models.Q(completed_at=None),
                name="accounts_lost_factor_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"second facteur perdu, échéance {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_pending(self) -> bool:
        return self.cancelled_at is None and self.completed_at is None
