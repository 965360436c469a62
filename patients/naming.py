"""Names of people: cleaned as they come in, and turned into keys for matching. No name is refused for being foreign."""

import unicodedata

from core.text import fold
from core.validators import tidy

MAX_LENGTH = 80
_KEY_LENGTH = 260


def clean_name(text: str) -> str:
    """The name as it is kept: `core.validators.tidy`, without the control characters a service may be given."""
    seen = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cs"})
    # Twice: a sign taken out may leave a letter and its accent side by side, to be composed.
    return tidy(tidy(seen))


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
