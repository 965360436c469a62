"""Work of the patients package that is done after commit."""

from core.jobs import handler
from patients.services import file_links, linking


@handler(linking.SEND)
def send_link_code(*, request_id: int) -> None:
    linking.send_link_code(request_id=request_id)


@handler(file_links.SEND_MANY)
def send_file_links(*, practice_id: int, after: int) -> None:
    file_links.send_links_of(practice_id=practice_id, after=after)
