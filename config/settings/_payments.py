"""Settings of payments: the card service, and who collects SEPA debits.

Without a key no card is offered; without a creditor identifier no debit is. `STRIPE_API` names another endpoint than
Stripe's own for trying only: pages then say that it is a double.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from config import environment

_STRIPE = "https://api.stripe.com"


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    try:
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False
    if (
        not parts.hostname
        or parts.path not in {"", "/"}
        or not (parts.scheme == "https" or (parts.scheme == "http" and here))
    ):
        raise ValueError(value)
    return value.rstrip("/")


STRIPE_SECRET_KEY = environment.text("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = environment.text("STRIPE_WEBHOOK_SECRET", "")
STRIPE_API = environment.read(
    "STRIPE_API", _endpoint, wanted="https://api.stripe.com, or http:// of a double on this machine", default=_STRIPE
)
STRIPE_IS_DOUBLE = STRIPE_API != _STRIPE
# Where the VAT numbers of payers are checked: the address of VIES, the Commission's register, or of a double on this machine;
# without one nobody is asked.
_VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api"
VIES_API = environment.read(
    "VIES_API",
    lambda value: value if value == _VIES else _endpoint(value),
    wanted=f"{_VIES}, or http:// of a double on this machine",
    default="",
)
# The ICS that the creditor's bank gave out: FRxxZZZ and six signs.
SEPA_CREDITOR_ID = environment.text("SEPA_CREDITOR_ID", "")
# Notice of a debit agreed in the terms of sale, in days; the scheme's own is fourteen.
SEPA_NOTICE_DAYS = environment.number("SEPA_NOTICE_DAYS", 14, minimum=1)
EXAMPLE_CREDITOR_ID = "FR72ZZZ123456"
