"""Jobs of claims: the nightly look at the register, and the scan of each document."""

from core.access import system_actor
from core.jobs import handler
from practitioners.services.claims import ask_late_inspections, inspect_document, recheck_register
from practitioners.services.claims.inspecting import INSPECT

RECHECK = "practitioners.recheck_register"


@handler(RECHECK)
def recheck() -> None:
    """Who has joined and left the register takes no bookings; claims that wait for it are looked up again."""
    recheck_register(actor=system_actor(RECHECK))
    ask_late_inspections(actor=system_actor(RECHECK))


@handler(INSPECT)
def inspect(*, document: int) -> None:
    """Looks for malware in what a claimant sent."""
    inspect_document(actor=system_actor(INSPECT), document=document)
