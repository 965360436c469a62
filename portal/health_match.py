"""Which information pages the words of a search speak of. Pure: words in, a score out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.text import fold

# Words that say nothing of a subject, in both languages.
_EMPTY = (
    "a ai au aux avec ce ces cest comment d dans de des du elle en est et faire faut il ils j je l la le les ma mes mon"
    " n ne nos notre on ou par pas pour qu quand que quel quelle qui quoi s sa se ses si son sur ta tes ton tu un une vos"
    " votre y about an and at can do for from get how i in is it me my of on or our the to what when where which who with"
    " you your"
)
EMPTY = frozenset(_EMPTY.split())
SHORTEST_BEGINNING = 3
SHORTEST_MISSPELT = 5
IN_TITLE, IN_KEYWORDS = 3, 2


def subject_words(text: str) -> tuple[str, ...]:
    """The words of a search that can name a subject, folded."""
    return tuple(word for word in fold(text).split() if word not in EMPTY)


def score(asked: Sequence[str], title: Iterable[str], keywords: Iterable[str]) -> int:
    """How well a page answers: zero unless each word asked for is one of its words, begins one, or is one letter away."""
    in_title, among = set(title), set(keywords)
    total = 0
    for word in asked:
        if _found(word, in_title):
            total += IN_TITLE
        elif _found(word, among):
            total += IN_KEYWORDS
        elif _misspelt(word, in_title | among):
            total += 1
        else:
            return 0
    return total


def _found(word: str, words: set[str]) -> bool:
    return word in words or (len(word) >= SHORTEST_BEGINNING and any(one.startswith(word) for one in words))


def _misspelt(word: str, words: set[str]) -> bool:
    if len(word) < SHORTEST_MISSPELT or word.isdigit():
        return False
    return any(len(one) >= SHORTEST_MISSPELT and is_one_letter_away(word, one) for one in words)


def is_one_letter_away(first: str, second: str) -> bool:
    """One letter more, less, changed, or two neighbours swapped."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    one, other = first[start:], second[start:]
    if one[1:] == other[1:] or one[1:] == other or one == other[1:]:
        return True
    return one[:2] == other[:2][::-1] and one[2:] == other[2:]
