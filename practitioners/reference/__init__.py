"""Reference data kept in the repository: communes, specialties, reasons. `CREDITS.md` names the sources."""

from pathlib import Path

REFERENCE_DIR = Path(__file__).resolve().parent
COMMUNES_FILE = REFERENCE_DIR / "communes.csv.gz"
SPECIALTIES_FILE = REFERENCE_DIR / "specialties.csv"
REASON_KINDS_FILE = REFERENCE_DIR / "reason_kinds.csv"
