"""The demo's mail backend (`EMAIL_URL=mailbox://`): every e-mail, whoever sends it, ends in the mailbox of `/demo/`."""

from collections.abc import Sequence
from email.message import Message as MimePart

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications import mailbox
from notifications.enums import ChannelName
from notifications.envelope import Attachment


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            # What a mail server would get is what is kept: the finished MIME message, taken apart again.
            parts: list[MimePart] = [part for part in mail.message().walk() if not part.is_multipart()]
            mailbox.keep(
                channel=ChannelName.EMAIL,
                to=", ".join(mail.recipients()),
                subject=str(mail.subject),
                text=_first(parts, "text/plain"),
                html=_first(parts, "text/html"),
                attachments=[_attachment(part) for part in parts if part.get_filename()],
            )
        return len(email_messages)


def _first(parts: list[MimePart], mimetype: str) -> str:
    for part in parts:
        if part.get_content_type() == mimetype and not part.get_filename():
            return _bytes_of(part).decode(part.get_content_charset() or "utf-8")
    return ""


def _attachment(part: MimePart) -> Attachment:
    method = part.get_param("method")
    mimetype = part.get_content_type() + (f"; method={method}" if method else "")
    return Attachment(part.get_filename() or "", mimetype, _bytes_of(part))


def _bytes_of(part: MimePart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
