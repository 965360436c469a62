"""Jobs of claims: the nightly look at the register."""

from core.access import system_actor
from core.jobs import handler
from practitioners.services.claims import recheck_register

RECHECK = "practitioners.recheck_register"


@handler(RECHECK)
def recheck() -> None:
    """Who has joined and left the register takes no bookings; claims that wait for it are looked up again."""
    recheck_register(actor=system_actor(RECHECK))
