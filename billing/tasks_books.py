"""Jobs of dunning: a few lines each, ids only."""

from billing.services import dunning
from core.access import system_actor
from core.jobs import handler


@handler("billing.start_dunning")
def start_dunning() -> None:
    """Each morning: late invoices are followed up, a hundred a job."""
    dunning.start_dunning()


@handler(dunning.CHUNK_JOB)
def dun_chunk(*, invoices: list[int]) -> None:
    dunning.dun_chunk(actor=system_actor("billing.dunning"), invoices=invoices)
