"""Work of the patients package that is done after commit."""

from core.jobs import handler
from patients.services import linking


@handler(linking.SEND)
def send_link_code(*, request_id: int) -> None:
    linking.send_link_code(request_id=request_id)
