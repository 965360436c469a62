"""What this app itself says: that no more SMS come."""

from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind

SMS_STOPPED = "notifications.sms_stopped"


@kind(SMS_STOPPED)
def sms_stopped(message: Message) -> Envelope | None:
    """Confirms a STOP, once a day: visits stand, and what must be known still comes."""
    return rendering.sms(SMS_STOPPED, {}, to=message.address) if message.address else None
