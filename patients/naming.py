"""Names of people: cleaned as they come in, and turned into keys for matching. No name is refused for being foreign."""

import unicodedata

from core.text import fold

MAX_LENGTH = 80
_KEY_LENGTH = 260
# Characters that change the direction of the text around them, or are invisible: one name could pass for another.
_UNSEEN = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def clean_name(text: str) -> str:
    """The name in NFC, without control or bidirectional characters, its blanks squeezed.

    The joiners U+200C and U+200D stay: Persian and several Indian scripts need them.
    """
    spread = unicodedata.normalize("NFC", text)
    seen = "".join(" " if char.isspace() else char for char in spread if char not in _UNSEEN)
    return " ".join("".join(char for char in seen if unicodedata.category(char) != "Cc").split())


def has_a_letter(name: str) -> bool:
    return any(char.isalpha() for char in name)


def name_key(*names: str) -> str:
    """Names joined in one key: accents, case and punctuation do not count, letters of every script do."""
    words = [_word_key(word) for name in names for word in name.split()]
    return " ".join(word for word in words if word)[:_KEY_LENGTH].strip()


def _word_key(word: str) -> str:
    """`core.text.fold` keeps Latin letters only: a word it would empty, even in part, keeps its own letters."""
    if all(fold(char) for char in word if char.isalpha()):
        return fold(word)
    wide = unicodedata.normalize("NFKC", word).casefold()
    return "".join(char for char in wide if unicodedata.category(char)[0] in "LMN")
