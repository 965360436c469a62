"""What is handed to a channel: a message written for one recipient, at the moment of sending. Never stored."""

import re
from dataclasses import dataclass

_BREAKS = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")


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
    site. `unsubscribe` is the address by which a mail program ends such letters; empty for what cannot be refused.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: str = "fr"
    link: str = ""
    unsubscribe: str = ""

    def __post_init__(self) -> None:
        # A line break in a subject would be a new header. Non-breaking spaces stay.
        object.__setattr__(self, "subject", _BREAKS.sub(" ", self.subject).strip())
