"""An access that stands out: the person is told that one is to be looked at, the staff which professional it was.

Neither message says whose record it is, nor what was read.
"""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from carnet.models import AccessAlert
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from patients.models import Patient

UNUSUAL = "carnet.unusual_access"
STAFF = "carnet.access_alert"


def alert_subject(alert_id: int) -> str:
    return f"carnet_alert:{alert_id}"


@kind(UNUSUAL)
def unusual_access(message: Message) -> Envelope | None:
    """To the person, or to who keeps the record of somebody without an account: where to look."""
    alert = AccessAlert.objects.filter(pk=message.subject_id).first()
    user = User.objects.filter(pk=message.user_id, is_active=True).first()
    if alert is None or user is None:
        return None
    person = Patient.objects.filter(pk=alert.patient_id).first() if alert.patient_id else None
    path = reverse("carnet:journal", args=[person.uid]) if person else reverse("carnet:home")
    return _written(UNUSUAL, message, user, path)


@kind(STAFF)
def access_alert(message: Message) -> Envelope | None:
    """To the platform's staff, as long as they are."""
    alert = AccessAlert.objects.filter(pk=message.subject_id).exists()
    user = User.objects.filter(pk=message.user_id, is_active=True, is_platform_staff=True).first()
    if not alert or user is None:
        return None
    return _written(STAFF, message, user, reverse("accesses:alerts"))


def _written(name: str, message: Message, user: User, path: str) -> Envelope:
    words = {"link": rendering.absolute(path)}
    if message.channel == ChannelName.BELL:
        return rendering.bell(name, words, user_id=user.pk, link=path)
    return rendering.email(name, words, to=user.email)
