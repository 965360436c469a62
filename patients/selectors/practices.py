"""Practices as the public directory shows them."""

from uuid import UUID

from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, Practice


def practice_of_directory(actor: Actor, uid: UUID) -> Practice:
    """A practice with a published practitioner: that it exists is no secret. Raises NotForYou (404)."""
    agenda = scoped(actor, Agenda, "read").select_related("practice").filter(practice__uid=uid).order_by("pk").first()
    if agenda is None:
        raise NotForYou
    return agenda.practice


def may_keep_files(actor: Actor) -> bool:
    """Whether the actor keeps all files of the practice, and does not only stand in for somebody."""
    return scoped(actor, Practice, "shape").filter(pk=actor.practice_id or 0).exists()


def may_export(actor: Actor) -> bool:
    """Whether the actor may take out all that the practice keeps."""
    return scoped(actor, Practice, "staff").filter(pk=actor.practice_id or 0).exists()
