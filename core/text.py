"""Turns what people type into plain keys, so that accents, case and punctuation never decide a match."""

import re
import unicodedata

# Letters that NFKD leaves whole although people type them as two or as a plain one.
_WHOLE_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return `text` in lower case without accents, `œ` as `oe`, every other sign as one space, ends trimmed.

    Only `a-z`, `0-9` and single spaces remain, so the result is safe in a LIKE pattern: it holds no wildcard.
    """
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE_LETTERS))
    plain = "".join(char for char in spread if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", plain.casefold()).strip()
