"""Settings of the record's documents: where sealed objects lie, what inspects them, and the bounds of uploads."""

from datetime import timedelta
from pathlib import Path

from config import environment

# file:///folder, or s3://key:secret@host/bucket?region=…
STORAGE_URL = environment.text(
    "STORAGE_URL", f"file://{Path(__file__).resolve().parent.parent.parent / 'media' / 'documents'}"
)
# What looks for malware: clamd:///path/of/the/socket, clamd://host:3310, or builtin:// (knows the test file alone).
# Empty: every document waits, and only the person it belongs to opens it.
SCANNER_URL = environment.text("SCANNER_URL", "")
# Files sent to the record are sealed while they arrive; all others go where Django puts them.
FILE_UPLOAD_HANDLERS = [
    "carnet.uploads.SealingHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
RECORD_MAX_BYTES = environment.number("RECORD_MAX_BYTES", 2 * 1024**3, minimum=1)
DOCUMENTS_PER_DAY = environment.number("DOCUMENTS_PER_DAY", 50, minimum=1)
BIN_LIFE = timedelta(days=30)
DOCUMENT_MAX_PAGES = 2_000
