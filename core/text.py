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


def edit_distance(one: str, other: str, at_most: int) -> int:
    """Letters to add, drop, change or swap with a neighbour to go from one word to the other; `at_most + 1` beyond."""
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i, *[0] * len(other)]
        for j, wanted in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > at_most:
            return at_most + 1
    return min(row[-1], at_most + 1)


def tolerance(word: str) -> int:
    """How many letters of a word may be wrong: none below four letters, one below eight, then two."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2
