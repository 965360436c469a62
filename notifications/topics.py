"""What messages are about, for what a person may refuse: by channel and by topic, but never the news of her own visits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """`SERVICE` is what somebody must know: confirmations, moves, cancellations, codes. It cannot be refused."""

    SERVICE = "service", _("Vos rendez-vous et votre compte")
    REMINDER = "reminder", _("Rappels de rendez-vous")
    WAITLIST = "waitlist", _("Heures qui se libèrent")
    LATE = "late", _("Retards annoncés par le cabinet")
    BROADCAST = "broadcast", _("Messages de vos cabinets à leurs patients")


# What may be refused, in the order in which it is asked.
OPTIONAL = (Topic.REMINDER, Topic.WAITLIST, Topic.LATE, Topic.BROADCAST)


def refusal(topic: str, channel: str) -> str:
    """How a refusal is stored: « waitlist.sms »."""
    return f"{topic}.{channel}"
