"""Settings: `base` is common to all; `local` is the demo and development, `test` the tests, `production` the rest."""

from pathlib import Path

from config import environment

environment.read_file(Path(__file__).resolve().parent.parent.parent / ".env")
