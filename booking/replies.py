"""What a reply to our SMS means. Pure: a text to a meaning, in French or English, misspellings and all.

Nothing is guessed: a text cancels only when it holds a word of cancelling and, beside it, only words that change nothing
(« bonjour, merci d'annuler mon rdv »). Any other word, a question mark, a negation, a date, makes it doubtful: the
person is asked, or the practice reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from booking import reply_words as said
from core.text import edit_distance, fold


class Meaning(StrEnum):
    CONFIRM = "confirm"
    CANCEL = "cancel"
    # « non », « je ne peux pas venir »: it sounds like a cancellation, and has no word of one.
    NO = "no"
    CHOICE = "choice"
    # « merci », « à demain »: nothing to answer.
    COURTESY = "courtesy"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Reading:
    """`choice`: the figure of an answer to « lequel ? », perhaps beside a word (« annuler 2 »); `everything`: « tous »."""

    meaning: Meaning
    choice: int | None = None
    everything: bool = False
    language: str = "fr"


LONGEST = 200


def read(text: str) -> Reading:
    """What the text means. A choice means something only to who was asked « lequel ? »."""
    words = _words(text)
    language = "en" if any(word in said.ENGLISH for word in words) else "fr"
    if not words:
        return Reading(Meaning.COURTESY, language=language)
    if "?" in text or len(text) > LONGEST:
        return Reading(Meaning.DOUBTFUL, language=language)
    return _read(words, language)


def is_cancel_word(word: str) -> bool:
    """Whether a folded word is one of cancelling, a letter wrong at most."""
    if word in said.NOT_CANCEL:
        return False
    return word in said.CANCEL or _is_near(word, said.CANCEL_ROOTS)


def _read(words: list[str], language: str) -> Reading:
    cancels = [word for word in words if is_cancel_word(word)]
    confirms = [
        word for word in words if word in said.CONFIRM or word in said.YES or _is_near(word, said.CONFIRM_ROOTS)
    ]
    rest = [word for word in words if word not in cancels]
    everything = any(word in said.EVERYTHING for word in words)
    if cancels:
        return _cancelling(rest, everything, language)
    figure = _figure(words)
    if figure is not None:
        return Reading(Meaning.CHOICE, choice=figure, language=language)
    if everything and all(word in said.EVERYTHING or word in said.SMALL or word in {"deux", "2"} for word in words):
        return Reading(Meaning.CHOICE, everything=True, language=language)
    if all(word in said.COURTESY for word in words):
        return Reading(Meaning.COURTESY, language=language)
    if any(word in said.SOUNDS_ABSENT for word in words):
        known = all(word in said.NO or word in said.ABSENT or word in said.SMALL or word in said.WISH for word in words)
        return Reading(Meaning.NO if known else Meaning.DOUBTFUL, language=language)
    beside = [word for word in words if word not in confirms]
    if confirms and all(word in said.SMALL or word in said.BESIDE_YES or word in said.COURTESY for word in beside):
        return Reading(Meaning.CONFIRM, language=language)
    if confirms and (figure := _figure(beside)) is not None:
        return Reading(Meaning.CONFIRM, choice=figure, language=language)
    return Reading(Meaning.DOUBTFUL, language=language)


def _cancelling(rest: list[str], everything: bool, language: str) -> Reading:
    """A text with a word of cancelling: each other word has to be harmless."""
    plain = [word for word in rest if word not in said.EVERYTHING and word not in said.YES]
    if all(word in said.SMALL or word in said.WISH for word in plain):
        return Reading(Meaning.CANCEL, everything=everything, language=language)
    figures = [word for word in plain if word not in said.SMALL and word not in said.WISH]
    if "le" not in plain and len(figures) == 1 and (figure := _figure(figures)) is not None:
        return Reading(Meaning.CANCEL, choice=figure, language=language)
    return Reading(Meaning.DOUBTFUL, language=language)


def _figure(words: list[str]) -> int | None:
    """The one figure from 1 to 9 of an answer that holds nothing else."""
    figures = [word for word in words if word not in said.BESIDE_FIGURE]
    if len(figures) != 1:
        return None
    word = figures[0]
    return said.FIGURES.get(word) or (int(word) if len(word) == 1 and word.isdecimal() and word != "0" else None)


def _is_near(word: str, roots: tuple[str, ...]) -> bool:
    return len(word) >= 5 and any(edit_distance(word, root, 1) <= 1 for root in roots)


def _words(text: str) -> list[str]:
    spoken = "".join(" oui " if sign in said.YES_SIGNS else " non " if sign in said.NO_SIGNS else sign for sign in text)
    line = " ".join(said.REPEATED.sub(r"\1", word) for word in fold(spoken).split())
    for pattern, words in said.PHRASES:
        line = pattern.sub(words, line)
    return line.split()
