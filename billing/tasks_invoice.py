"""Jobs of invoices: a few lines each, ids only."""

from billing.services import papers, run
from core.access import system_actor
from core.jobs import handler


@handler(papers.FILES_JOB)
def make_files(*, invoices: list[int]) -> None:
    """Draws the PDF and writes the XML of issued invoices; made already, nothing happens."""
    papers.make_files(invoices)


@handler("billing.start_due_run")
def start_due_run() -> None:
    """On the first mornings of a month: its run, once; what a person has begun is left to them."""
    run.start_due_run(actor=system_actor("billing.calendar"))


@handler(run.CHUNK_JOB)
def run_chunk(*, run_id: int, after: int, upto: int) -> None:
    """One range of payers; done once, however often it is asked."""
    run.do_chunk(run_id=run_id, after=after, upto=upto)


@handler(run.END_JOB)
def end_run(*, run_id: int) -> None:
    """Close the run when nothing of it is left."""
    run.end_run(run_id)
