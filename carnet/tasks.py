"""Jobs of the record: a few lines each, ids only."""

from carnet.services import prevention_run
from carnet.services.deposit import INSPECT
from carnet.services.filing import purge_bin, sweep_objects
from carnet.services.inspection import inspect_document
from core.access import system_actor
from core.jobs import handler


@handler("carnet.start_prevention_run")
def start_prevention_run() -> None:
    """The pass of the day; a second beat the same day adds nothing."""
    prevention_run.start_run()


@handler(prevention_run.CHUNK_JOB)
def do_prevention_chunk(*, chunk_id: int) -> None:
    """One range of people; done once, however often it is asked."""
    prevention_run.do_chunk(chunk_id)


@handler(prevention_run.END_JOB)
def end_prevention_run(*, run_id: int) -> None:
    """Close the pass when nothing of it is left."""
    prevention_run.end_run(run_id)


@handler(INSPECT)
def inspect(*, document: int) -> None:
    """Scans a received document and draws its pages."""
    inspect_document(actor=system_actor("carnet.inspection"), document=document, job=INSPECT)


@handler("carnet.purge_bin")
def purge() -> None:
    """Forgets what has been in the bin long enough, then the objects that no row names."""
    purge_bin(actor=system_actor("carnet.bin"))
    sweep_objects(actor=system_actor("carnet.bin"))
