"""What is handed to a channel: a message written for one recipient, at the moment of sending. Never stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file joined to an e-mail; `mimetype` may carry parameters, as in `text/calendar; method=REQUEST`."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A written message.

    `to` is an e-mail address, a phone number in E.164, or a user's id for the bell. `subject` is the e-mail's subject
    or the bell's one line. `text` is the plain version, all of an SMS. `link` is where the bell leads: a path of the
    site.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: str = "fr"
    link: str = ""

    def __post_init__(self) -> None:
        # A line break in a subject would be a new header.
        object.__setattr__(self, "subject", " ".join(self.subject.split()))
