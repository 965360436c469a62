"""What a person wants of reminders: an account, or whoever reads an address noted by a practice."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def address_digest(address: str) -> str:
    """What is kept of an address that is nobody's account: a keyed digest, not the address."""
    return salted_hmac("notifications.preference", address.strip().lower(), algorithm="sha256").hexdigest()


class ReminderPreference(models.Model):
    """What somebody refuses by each channel, how discreet messages are, and on what clock they live.

    Without a row: everything, on the clock of the place. `by_email` and `by_sms` are about reminders; `refused` holds the
    other topics that may be refused (`waitlist.sms`). Confirmations, moves and cancellations are always told. `discreet`:
    no message names a practitioner or a place.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="reminder_preference"
    )
    address_digest = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    by_email = models.BooleanField(_("rappels par e-mail"), default=True)
    by_sms = models.BooleanField(_("rappels par SMS"), default=True)
    refused = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    discreet = models.BooleanField(_("sans nom de soignant ni de lieu"), default=False)
    timezone = models.CharField(_("fuseau horaire"), max_length=40, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choix des rappels")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, address_digest__isnull=True)
                | Q(user__isnull=True, address_digest__isnull=False),
                name="reminder_preference_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"reminder preference {self.pk}"
