"""Looks at every message the site sends: `portal.message_lint` says what is refused. No database is read.

.venv/bin/python -m script.message_lint
"""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from portal.message_lint import faults  # noqa: PLC0415  (the settings are not read before)
    from script.translations import CHECKOUT, collect, read_catalog  # noqa: PLC0415

    wrong = faults()
    english = {message.id: message for message in read_catalog() if message.id}
    for message in collect((CHECKOUT / "templates" / "messages").rglob("*.*")):
        known = english.get(message.id)
        if message.id and (known is None or not all(_texts(known.string))):
            wrong.append(f"without English: {message.id}")
    print("\n".join(wrong) if wrong else "Every message is as it should be.")
    return 1 if wrong else 0


def _texts(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
