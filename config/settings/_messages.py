"""Settings of the messages: the public address they point to, and the channels that carry them."""

from urllib.parse import urlsplit

from config import environment


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(value)
    return value.rstrip("/") + "/"


SITE_URL = environment.read("SITE_URL", _site, wanted="the public address of the site, such as https://prendsoin.fr")

# By scheme of SMS_URL. A provider of SMS is one more class, held to the same contract tests.
_SMS = {"console": "notifications.channels.sms.ConsoleSmsChannel"}

MESSAGE_CHANNELS = {
    "email": "notifications.channels.email.EmailChannel",
    "sms": environment.read(
        "SMS_URL", lambda value: _SMS[urlsplit(value).scheme], wanted="console://", default=_SMS["console"]
    ),
    "bell": "notifications.channels.bell.BellChannel",
}
# Shorter than the lease of a message (`notifications.models.Message.LEASE`).
EMAIL_TIMEOUT = 8
