"""Words as people type them: split, stripped of titles, and compared when they are misspelt. Pure."""

from __future__ import annotations

from core.text import edit_distance, fold, tolerance

__all__ = ["IDLE", "TITLES", "edit_distance", "name_words", "practice_words", "tolerance", "words_of"]

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
