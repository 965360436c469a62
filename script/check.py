"""`make check`: everything that can be known without running the tests. Each check says what is wrong and goes on."""

import base64
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from script.servers.layout import CHECKOUT

BIN = Path(sys.executable).parent
PYTHON_FILES = ("manage.py", "config", "core", "notifications", "accounts", "practitioners", "patients", "booking",
                "carnet", "billing", "custody", "portal", "script", "tests", "bench")  # fmt: skip
TYPED = ("manage.py", "config", "core", "notifications", "accounts", "practitioners", "patients", "booking", "portal",
         "carnet", "billing", "custody", "script")  # fmt: skip


def existing(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (CHECKOUT / name).exists()]


def production_environment() -> dict[str, str]:
    """Every variable that production asks for, with keys made up for this one check; no server is reached."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "HEALTH_DATA_KEYS": f"check:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "ALLOWED_HOSTS": "prendsoin.example",
        "SITE_URL": "https://prendsoin.example",
        "DEFAULT_FROM_EMAIL": "Prendsoin <ne-pas-repondre@prendsoin.example>",
        "EMAIL_URL": "smtp+tls://user:password@localhost:587",
        "SMS_URL": "console://",
        "DATABASE_URL": "postgres://check@localhost:1/check",
        "REDIS_URL": "redis://localhost:1/0",
    }


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """What to run: its name, its command and the variables added to the environment."""
    manage = [sys.executable, "manage.py"]
    test = {**production_environment(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    python = existing(PYTHON_FILES)
    return [
        ("lint", [str(BIN / "ruff"), "check", "--quiet", *python, "script/bootstrap"], {}),
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", *python, "script/bootstrap"], {}),
        ("types", [str(BIN / "mypy"), *existing(TYPED)], test),
        ("imports", [str(BIN / "lint-imports")], {}),
        ("templates", [str(BIN / "djlint"), "templates", "--lint"], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], test),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production_environment()),
        ("messages", [sys.executable, "-m", "script.message_lint"], test),
        ("translations", [sys.executable, "-m", "script.translations", "--check"], {}),
    ]


def main() -> int:
    failed = []
    for name, command, variables in checks():
        began = time.monotonic()
        print(f"{name:14}", end="", flush=True)
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env={**os.environ, **variables, "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(f"{'ok' if done.returncode == 0 else 'FAILED':8}{time.monotonic() - began:6.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "Every check passes.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
