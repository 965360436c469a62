"""Settings of the tests: nothing leaves the machine, and what may be quick is quick."""

import os
import tempfile

from config import environment, known_keys

environment.supply(
    {
        "SECRET_KEY": known_keys.TEST_SECRET_KEY,
        "HEALTH_DATA_KEYS": known_keys.TEST_HEALTH_DATA_KEYS,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "DEFAULT_FROM_EMAIL": "Prendsoin <ne-pas-repondre@prendsoin.example>",
        "SITE_URL": "http://testserver",
        "EMAIL_URL": "memorymail://",
        "SMS_URL": "console://",
        "STORAGE_URL": f"file://{tempfile.gettempdir()}/prendsoin-test-documents-{os.getpid()}",
        "ERASURE_LEDGER": f"{tempfile.gettempdir()}/prendsoin-test-{os.getpid()}/erasures.jsonl",
        "BACKUP_FOLDER": f"{tempfile.gettempdir()}/prendsoin-test-{os.getpid()}/backups",
        "SCANNER_URL": "builtin://",
        # The plugin of the tests sets the address of their server; this one lets other tools load the settings.
        "DATABASE_URL": "postgres://app@:5432//nonexistent/prendsoin",
        # No Redis by default: whatever needs it asks for the fixture that starts one.
        "REDIS_URL": "unix:///nonexistent/valkey.sock",
    }
)

from .base import *

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test connection is closed with its test; a pool would keep the database from being dropped.
DATABASES["default"]["OPTIONS"].pop("pool", None)
DATABASES["default"]["TEST"] = {"NAME": environment.text("TEST_DATABASE", "test_prendsoin")}
# The tests of a replica start one themselves.
DATABASES.pop("replica", None)
DATABASE_ROUTERS = []
CELERY_BROKER_URL = "memory://"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
globals().update(relax_for_plain_http())
TESTING = True
# Tests that commit empty every table between two of them, the journal included.
DATABASES["default"]["OPTIONS"]["options"] = "-c prendsoin.audit_truncate=on"
BILLING_SELLER = EXAMPLE_SELLER
