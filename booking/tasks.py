"""Jobs of booking: a few lines each, ids only."""

from booking.search.refresh import CHUNK, refresh_listings, stale_practitioners
from booking.services import broadcasts, imports, reminder_replanning, unreached
from booking.services._rescue import SETTLE
from booking.services.holds import forget_expired_holds
from booking.services.personal import forget_answers
from booking.services.rescue import NOTE_AGREEMENT
from booking.services.rescue_end import note_agreement, settle_rescue
from booking.services.sms_replies import forget_dialogues, read_sms
from core import clock
from core.jobs import enqueue, handler
from notifications.reply_handler import reads_replies

reads_replies(read_sms)

STALE = "booking.refresh_stale_listings"


@handler("booking.refresh_listings", together=CHUNK // 4)
def refresh_practitioners(*, practitioner_id: list[int]) -> None:
    """Write the directory rows of these practitioners again: as many statements as for one, however much is booked."""
    refresh_listings(sorted(set(practitioner_id)))


@handler(STALE)
def refresh_stale_listings() -> None:
    """Write again the rows that time alone has made wrong, a chunk at a time; a well filled chunk calls for another job."""
    stale = stale_practitioners(clock.now())
    refresh_listings(stale)
    if len(stale) > CHUNK // 2:
        enqueue(STALE, unique=STALE)


@handler("booking.forget_answers")
def forget_answers_of_ended_visits() -> None:
    """Questions are asked to book well, not to be kept."""
    forget_answers()
    forget_dialogues()


@handler("booking.forget_expired_holds")
def forget_holds() -> None:
    """An agenda nobody books at would keep its abandoned holds for ever."""
    forget_expired_holds()


@handler(SETTLE)
def settle_rescued_day(*, rescue_id: int) -> None:
    """Free what a closed day's patients no longer need; end it in time."""
    settle_rescue(rescue_id)


@handler(NOTE_AGREEMENT)
def note_colleagues_agreement(*, rescue_id: int, agendas: list[int]) -> None:
    """Tell the colleagues whose hours are kept."""
    note_agreement(rescue_id, agendas)


@handler(imports.JOB)
def import_chunk(*, run_id: int) -> None:
    """The next lines of a file that a practice brings in."""
    imports.do_chunk(run_id=run_id)


@handler(reminder_replanning.JOB)
def replan_reminders(*, after: int = 0, **scope: int | None) -> None:
    """The next visits whose reminders follow a plan or a clock that changed."""
    reminder_replanning.replan_chunk(after=after, **scope)


@handler(broadcasts.JOB)
def list_broadcast(*, broadcast_id: int) -> None:
    """The next readers of a message to many patients."""
    broadcasts.list_chunk(broadcast_id=broadcast_id)


@handler(unreached.JOB)
def list_unreached(*, after: int = 0) -> None:
    """Those whom no message about their coming visit reached, for the desk to call."""
    unreached.list_unreached(after=after)
