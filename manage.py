#!/usr/bin/env python
"""Django's command line. On a developer's machine it finds the servers that `make demo` started."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Prendsoin cannot start. {error}")


if __name__ == "__main__":
    main()
