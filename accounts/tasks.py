"""Work of the accounts that nobody waits for: removing a lost factor, forgetting accounts never confirmed."""

from accounts.services import lost_factor, opening
from core import jobs


@jobs.handler(lost_factor.REMOVE_JOB)
def remove_lost_factor(*, request_id: int) -> None:
    lost_factor.remove_lost_factor(request_id=request_id)


@jobs.handler("accounts.forget_unconfirmed")
def forget_unconfirmed() -> None:
    opening.forget_unconfirmed()
