"""Settings of the messages: the public address they point to, and the channels that carry them."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from config import environment


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(value)
    return value.rstrip("/") + "/"


SITE_URL = environment.read("SITE_URL", _site, wanted="the public address of the site, such as https://prendsoin.fr")

# What a provider of SMS does with a message sent twice under one reference (`notifications.channels.base.Promise`).
_PROMISES = {"once_per_ref", "answers_for_ref", "at_least_once"}
_LONGEST_SENDER = 11


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sms(value: str) -> tuple[str, dict[str, Any]]:
    """The channel of SMS and, for a provider on the network, where it is and what it promises."""
    parts = urlsplit(value)
    if parts.scheme == "console":
        return "notifications.channels.sms.ConsoleSmsChannel", {}
    plain = parts.scheme == "http" and _is_here(parts.hostname or "")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    sender, promise = options.pop("from", "Prendsoin"), options.pop("promise", "at_least_once")
    options.pop("replies", "")  # read by `_takes_replies`
    bare = sender.removeprefix("+")
    if not (parts.hostname and (parts.scheme == "https" or plain)) or promise not in _PROMISES or options:
        raise ValueError(value)
    if not (bare.isascii() and bare.isalnum() and (len(sender) <= _LONGEST_SENDER or bare.isdecimal())):
        raise ValueError(value)
    return "notifications.channels.http_sms.HttpSmsChannel", {
        "url": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "sender": sender,
        "promise": promise,
    }


def _takes_replies(value: str) -> bool:
    """`replies=yes`: whether the number of our SMS takes replies; a sender made of letters cannot."""
    parts = urlsplit(value)
    options = parse_qs(parts.query)
    given = options.get("replies", ["no"])[-1]
    sender = options.get("from", [""])[-1].removeprefix("+")
    if given not in {"yes", "no"} or (given == "yes" and parts.scheme != "console" and not sender.isdecimal()):
        raise ValueError(value)
    return given == "yes"


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError
    return value


_sms_channel, SMS_PROVIDER = environment.read(
    "SMS_URL", _sms, wanted="console:// or https://user:password@host/path", default=_sms("console://")
)
# Whether our SMS may be answered: their texts invite to it only then.
SMS_REPLIES = environment.read(
    "SMS_URL", _takes_replies, wanted="replies=yes only with from= a number that takes replies", default=False
)
_receipts = environment.read(
    "SMS_RECEIPT_SECRET", _secret, wanted="a random text of at least 32 characters", required=False
)
# By name of provider, as it stands in the address of its receipts. Without a secret there is no such address.
RECEIPT_SECRETS = {"sms": _receipts} if _receipts else {}

MESSAGE_CHANNELS = {
    "email": "notifications.channels.email.EmailChannel",
    "sms": _sms_channel,
    "bell": "notifications.channels.bell.BellChannel",
}
# What one address gets in 24 hours at most, whoever writes: a loop ends there.
MESSAGES_A_DAY = {
    "email": environment.number("EMAILS_PER_ADDRESS_AND_DAY", 200, minimum=1),
    "sms": environment.number("SMS_PER_NUMBER_AND_DAY", 20, minimum=1),
}
# Shorter than the lease of a message (`notifications.models.Message.LEASE`).
EMAIL_TIMEOUT = 8

# E-mail services reached over HTTP by django-anymail, and the part of EMAIL_URL that holds each of their keys.
_SERVICES = {
    "brevo": {"BREVO_API_KEY": "password"},
    "mailjet": {"MAILJET_API_KEY": "username", "MAILJET_SECRET_KEY": "password"},
    "postmark": {"POSTMARK_SERVER_TOKEN": "password"},
}


def _service_keys(value: str) -> dict[str, str]:
    parts = urlsplit(value)
    keys = {name: unquote(getattr(parts, piece) or "") for name, piece in _SERVICES.get(parts.scheme, {}).items()}
    if not all(keys.values()):
        raise ValueError(value)
    return keys


_no_keys: dict[str, str] = {}
_keys = environment.read("EMAIL_URL", _service_keys, wanted="an address with the keys of the service", default=_no_keys)
ANYMAIL: dict[str, Any] = {**_keys, "REQUESTS_TIMEOUT": (3, 10)}


def _service(value: str) -> str:
    scheme = urlsplit(value).scheme
    return scheme if scheme in _SERVICES else ""


def _webhook_secret(value: str) -> str:
    name, _, password = value.partition(":")
    if not name or len(password) < 32:
        raise ValueError
    return value


# The service that tells what became of letters (`/notifications/courriel/<service>/`), and what it must show.
EMAIL_SERVICE = environment.read("EMAIL_URL", _service, wanted="an address", default="")
_webhook = environment.read(
    "EMAIL_WEBHOOK_SECRET", _webhook_secret, wanted="a name and a random text of at least 32 characters, name:text",
    required=False,
)  # fmt: skip
if _webhook:
    ANYMAIL["WEBHOOK_SECRET"] = _webhook
