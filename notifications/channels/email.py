"""E-mail by Django's mail backend: SMTP, or the HTTP service of a provider through django-anymail (`EMAIL_URL`).

Neither can say whether a message whose answer was lost went through, so e-mail is declared at least once. The
`Message-ID` comes from the message's key: a repeated message carries the same one, and most mailboxes show it once.
"""

import smtplib
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import parseaddr
from hashlib import sha256

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import SafeMIMEText

from notifications.channels.base import Channel, ChannelError, Down, Promise, Refused, Unreachable
from notifications.channels.kept_smtp import mail_connection
from notifications.envelope import Attachment, Envelope

_ABOUT_THE_MESSAGE = {400, 406, 413, 422}


class EmailChannel(Channel):
    promise = Promise.AT_LEAST_ONCE

    def send(self, ref: str, envelope: Envelope) -> str:
        reference = message_id(ref)
        leaving = {
            "List-Unsubscribe": f"<{envelope.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        mail = EmailMultiAlternatives(
            subject=envelope.subject,
            body=envelope.text,
            to=[envelope.to],
            headers={
                "Message-ID": reference,
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": envelope.language,
                **(leaving if envelope.unsubscribe else {}),
            },
        )
        if envelope.html:
            mail.attach_alternative(envelope.html, "text/html")
        for attachment in envelope.attachments:
            mail.attach(mime_part(attachment))
        try:
            with mail_connection() as mail.connection:
                mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _verdict(max((code for code, _ in error.recipients.values()), default=450)) from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code) from error
        except AnymailRecipientsRefused as error:
            raise Refused("recipient_refused") from error
        except AnymailAPIError as error:
            raise _service_verdict(error.status_code) from error
        except (smtplib.SMTPException, AnymailError, OSError) as error:
            # A refused sender or password is ours to mend, not the recipient's: the message waits.
            raise Down(type(error).__name__) from error
        status = getattr(mail, "anymail_status", None)
        return (status.message_id if status and isinstance(status.message_id, str) else "") or reference


def message_id(ref: str) -> str:
    """The Message-ID of a message: the same for each sending, telling nothing of its subject."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{sha256(ref.encode()).hexdigest()[:32]}@{domain}>"


def mime_part(attachment: Attachment) -> MIMEBase:
    """The attachment as a MIME part; a calendar keeps its method, without which mail programs show no invitation."""
    media, *parameters = (piece.strip() for piece in attachment.mimetype.split(";"))
    maintype, subtype = media.split("/", 1)
    part: MIMEBase
    if maintype == "text":
        part = SafeMIMEText(attachment.content.decode(), subtype, "utf-8")
    else:
        part = MIMEBase(maintype, subtype)
        part.set_payload(attachment.content)
        encode_base64(part)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        part.set_param(name, value.strip('"'))
    part.set_param("name", attachment.name)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _service_verdict(status: int | None) -> ChannelError:
    """What the HTTP answer of an e-mail service means; only a complaint about the message itself is final."""
    if status in _ABOUT_THE_MESSAGE:
        return Refused(f"http_{status}")
    return Down(f"http_{status}" if status else "no_answer")


def _verdict(code: int) -> ChannelError:
    return (Refused if code >= 500 else Unreachable)(f"smtp_{code}")
