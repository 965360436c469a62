"""The verbs of the desk: what a practice does to visits of its own agendas.

Each is one transaction under the same locks as the public verbs, with an audit row and a row of history. Notice, horizon,
the online switch, the audience, a block, limits and the cut-off bind the public, not the desk. Nothing is told before
`TELL_AFTER`, so that it can be undone without a message.
"""

from booking.services.desk.booking import book_at_desk
from booking.services.desk.callers import file_for_caller
from booking.services.desk.changing import cancel_at_desk, move_at_desk, stretch_at_desk
from booking.services.desk.holding import hold_at_desk
from booking.services.desk.noting import note_at_desk
from booking.services.desk.series import Session, book_series, plan_series, sessions_every
from booking.services.desk.undoing import undo_batch, undo_change

__all__ = [
    "Session",
    "book_at_desk",
    "book_series",
    "cancel_at_desk",
    "file_for_caller",
    "hold_at_desk",
    "move_at_desk",
    "note_at_desk",
    "plan_series",
    "sessions_every",
    "stretch_at_desk",
    "undo_batch",
    "undo_change",
]
