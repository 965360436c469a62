"""Settings of what is kept, handed over, erased, saved and restored."""

from datetime import timedelta
from pathlib import Path

from config import environment

_MEDIA = Path(__file__).resolve().parent.parent.parent / "media"
# What was erased for good, read by a restore: outside the database and its dumps.
ERASURE_LEDGER = environment.text("ERASURE_LEDGER", str(_MEDIA / "erasures.jsonl"))
BACKUP_FOLDER = environment.text("BACKUP_FOLDER", str(_MEDIA / "backups"))
# Dumps of the database, and those of the keys: an erased key has to be gone from every copy within days.
BACKUP_DAYS = environment.number("BACKUP_DAYS", 35, minimum=1)
KEYSTORE_BACKUP_DAYS = environment.number("KEYSTORE_BACKUP_DAYS", 7, minimum=1)
# The folder of pg_dump and pg_restore; empty: those of the PATH.
PG_BINDIR = environment.text("PG_BINDIR", "")
ARCHIVE_LIFE = timedelta(hours=24)
