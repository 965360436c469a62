"""Words as people type them: split, stripped of titles, and compared when they are misspelt. Pure."""

from __future__ import annotations

from core.text import fold

# Words put before a name, by which nobody is found.
TITLES = frozenset(
    {"dr", "docteur", "docteure", "pr", "professeur", "professeure", "me", "maitre", "mme", "mlle", "madame",
     "monsieur", "m", "doctor", "professor"}
)  # fmt: skip
# Words that say nothing of which practice is meant.
IDLE = frozenset(
    {"a", "au", "aux", "cabinet", "cabinets", "centre", "de", "des", "du", "d", "en", "et", "l", "la", "le", "les",
     "maison", "medical", "medicale", "pole", "sante", "the"}
)  # fmt: skip
LONGEST_WORD = 60


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return fold(text).split()


def name_words(*texts: str) -> set[str]:
    """The words by which a person is found; particles (« de », « le ») count only beside a longer word."""
    found = {word[:LONGEST_WORD] for text in texts for word in words_of(text)}
    return {word for word in found if len(word) > 1} or found


def practice_words(name: str) -> set[str]:
    """The words by which a practice is found."""
    return {word[:LONGEST_WORD] for word in words_of(name) if word not in IDLE and len(word) > 1}


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
