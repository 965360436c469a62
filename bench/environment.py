"""The environment of the measured processes: production settings, with keys made for this one run."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

PRODUCT, FLOOR, OURS = "bench.settings", "bench.floor_settings", "bench.crowd_settings"
HOST = "bench.example"


def production_like() -> dict[str, str]:
    """Every variable that production asks for; the benchmark is the trusted proxy in front of the site."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "DJANGO_SETTINGS_MODULE": OURS,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "HEALTH_DATA_KEYS": "bench:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "DEFAULT_FROM_EMAIL": f"Bench <nobody@{HOST}>",
        "EMAIL_URL": "dummymail://",
        "SMS_URL": "console://",
        # Nothing measured here reaches for it: what is due waits in the outbox.
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "TRUSTED_PROXY_COUNT": "1",
        "DEBUG": "false",
        "LOG_FORMAT": "json",
        "SENTRY_DSN": "",
    }
