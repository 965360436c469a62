"""The monthly message: the e-mail and the bell say that a message waits, and nothing of what it says."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse

from carnet.models.campaign import PreventionDigest
from carnet.selectors.digest import is_worth_sending
from carnet.stop_links import stop_path
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind

DIGEST = "carnet.prevention"


@kind(DIGEST)
def prevention(message: Message) -> Envelope | None:
    """None when the agreement was withdrawn, the person died, or all of it was done or booked meanwhile."""
    digest = PreventionDigest.objects.select_related("user").filter(pk=message.subject_id).first()
    if digest is None or not digest.user.is_active or not is_worth_sending(digest):
        return None
    path = reverse("health:digest", args=[digest.uid])
    stop = rendering.absolute(stop_path(digest.user_id))
    words = {"link": rendering.absolute(path), "stop": stop}
    if message.channel == ChannelName.BELL:
        return rendering.bell(DIGEST, words, user_id=digest.user_id, link=path)
    return replace(rendering.email(DIGEST, words, to=digest.user.email), unsubscribe=stop)


def subject_of(digest: PreventionDigest) -> str:
    return f"prevention_digest:{digest.pk}"
