"""Makes the texts people send safe to keep and to show, without refusing any name for being foreign."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Characters that reorder or hide what stands around them: they change how a name reads, never what it says.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x200B, 0x2060])
_KEPT_CONTROLS = {"\n", "\t"}


def tidy(text: str, *, lines: bool = False) -> str:
    """NFC, without direction marks nor invisible spaces, ends trimmed; blanks squeezed unless `lines` are kept.

    Joiners (U+200C, U+200D) stay: some scripts and emoji are spelt with them.
    """
    plain = unicodedata.normalize("NFC", text).translate(_BIDI)
    if lines:
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(line.rstrip() for line in plain.split("\n")).strip()
    return " ".join(plain.split())


def refuse_controls(text: str) -> None:
    """Raises ValidationError for NUL and other control characters, and for half characters (lone surrogates)."""
    for char in text:
        if char in _KEPT_CONTROLS:
            continue
        if unicodedata.category(char) in {"Cc", "Cs"}:
            raise ValidationError(
                _("Ce texte contient un caractère qui ne peut pas être gardé."), code="control_character"
            )
