"""The words of a document, sealed as one under its person's key: title, author, note, name of the file."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from uuid import UUID

from carnet.crypto import derived, seal, unseal

LONGEST_NAME = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/heic": "heic"}


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    author: str = ""
    note: str = ""
    file_name: str = ""


def seal_words(key: bytes, document: UUID, words: Words) -> bytes:
    return seal(derived(key, "words"), json.dumps(asdict(words), ensure_ascii=False).encode(), _context(document))


def open_words(key: bytes, document: UUID, sealed: bytes) -> Words:
    """Raises ContentError."""
    return Words(**json.loads(unseal(derived(key, "words"), sealed, _context(document))))


def _context(document: UUID) -> str:
    return f"carnet.document.{document}"


def safe_name(name: str, media_type: str = "") -> str:
    """A file name that harms no machine (RFC 6266, ASVS 5.4): no control, no direction mark, no path, no reserved word.

    The extension follows from what the file is, not from what it was called.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(
        char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    text = re.sub(r'[<>:"|?*/]', "-", text).strip(" .")
    extension = EXTENSIONS.get(media_type, "")
    stem = text.rpartition(".")[0] if extension and "." in text else text
    stem = stem.strip(" .") or "document"
    if _RESERVED.match(stem.partition(".")[0]):
        stem = f"_{stem}"
    room = LONGEST_NAME - len(extension) - 1
    return f"{stem[:room].rstrip(' .')}.{extension}" if extension else stem[:LONGEST_NAME]
