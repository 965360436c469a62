"""Settings of the demo and of development: known keys, example people, and the servers that `make demo` started."""

import json
import os
from pathlib import Path

from config import environment, known_keys

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
_RECORD = _CHECKOUT / ".local" / "servers.json"

environment.supply(
    {
        "SECRET_KEY": known_keys.DEMO_SECRET_KEY,
        "HEALTH_DATA_KEYS": known_keys.DEMO_HEALTH_DATA_KEYS,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DEFAULT_FROM_EMAIL": "Prendsoin <ne-pas-repondre@prendsoin.example>",
        "SITE_URL": f"http://{os.environ.get('HOST') or 'localhost'}:{os.environ.get('PORT') or 8000}",
        "EMAIL_URL": "mailbox://",
        "SMS_URL": "console://?replies=yes",
        "LOG_FORMAT": "console",
        "STORAGE_URL": f"file://{_CHECKOUT}/.local/documents",
        "ERASURE_LEDGER": f"{_CHECKOUT}/.local/erasures.jsonl",
        "BACKUP_FOLDER": f"{_CHECKOUT}/.local/backups",
        "SCANNER_URL": "builtin://",
        # Where the servers would be; overridden by the record of those that run.
        "DATABASE_URL": f"postgres://app@:5432/{_CHECKOUT}/.local/run/postgres/prendsoin",
        "REDIS_URL": f"unix://{_CHECKOUT}/.local/run/valkey.sock",
    }
)
if _RECORD.is_file():
    environment.supply(json.loads(_RECORD.read_text()))

from .base import *

DEMO = True
# Whoever tries the demo is one address, programs included.
READS_PER_ADDRESS_AND_MINUTE = READS_PER_NETWORK_AND_MINUTE = 1_000_000
# Served from the sources: no `collectstatic` before the demo.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
globals().update(relax_for_plain_http())
BILLING_SELLER = EXAMPLE_SELLER
SEPA_CREDITOR_ID = SEPA_CREDITOR_ID or EXAMPLE_CREDITOR_ID
# The double of the demo itself, unless the environment names the real one.
SOCIALACCOUNT_PROVIDERS = SOCIALACCOUNT_PROVIDERS or pro_sante_connect(
    f"{SITE_URL}/demo/pro-sante-connect", "prendsoin-demo", known_keys.DEMO_SECRET_KEY
)
