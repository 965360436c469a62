"""What the record says to people: that a document arrived. Not which, not from whom."""

from __future__ import annotations

from django.urls import reverse

from carnet.models import Document
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind

ARRIVED = "carnet.document_arrived"


def arrival_subject(document_id: int) -> str:
    return f"carnet_document:{document_id}"


@kind(ARRIVED)
def document_arrived(message: Message) -> Envelope | None:
    """None when the document was taken back, thrown away or opened meanwhile."""
    found = (
        Document.objects.select_related("patient__user")
        .filter(pk=message.subject_id, removed_at__isnull=True, first_read_at__isnull=True)
        .first()
    )
    user = found.patient.user if found is not None else None
    if found is None or user is None or not user.is_active:
        return None
    path = reverse("carnet:document", args=[found.uid])
    words = {"link": rendering.absolute(path)}
    if message.channel == ChannelName.BELL:
        return rendering.bell(ARRIVED, words, user_id=user.pk, link=path)
    return rendering.email(ARRIVED, words, to=user.email)
