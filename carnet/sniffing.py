"""What a file is, by its first bytes; its name must say the same. Anything else is refused."""

from __future__ import annotations

import filetype

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
BY_EXTENSION = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "heif": "image/heic",
}


def media_type_of(name: str, content: bytes) -> str | None:
    """`application/pdf`, `image/jpeg`, `image/png` or `image/heic`; None for anything else, or when the two disagree."""
    expected = BY_EXTENSION.get(name.rpartition(".")[2].lower())
    return expected if expected is not None and _sniffed(content) == expected else None


def _sniffed(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "image/heic"
    found = filetype.guess(content[:8192])
    return found.mime if found is not None and found.mime in {"image/jpeg", "image/png"} else None
