"""Typos of names, one letter at a time, and the shipped list of French surnames on which the search is proven."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("missing", "doubled", "swapped", "replaced")


def shipped_surnames() -> list[str]:
    """The names of `surnames.txt`, most borne first for the first hundreds."""
    lines = Path(__file__).with_name("surnames.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def typo(word: str, kind: str, random: Random) -> str:
    """The word with one slip of that kind, at any letter; never the word itself."""
    while True:
        n = random.randrange(len(word))
        if kind == "missing":
            slip = word[:n] + word[n + 1 :]
        elif kind == "doubled":
            slip = word[: n + 1] + word[n:]
        elif kind == "swapped":
            slip = word[:n] + word[n + 1 : n + 2] + word[n : n + 1] + word[n + 2 :]
        else:
            slip = word[:n] + random.choice(LETTERS) + word[n + 1 :]
        if slip != word:
            return slip


def typos(words: list[str], random: Random) -> Iterator[tuple[str, str, str]]:
    """(kind, word, slip) of each word and kind; words of fewer than four letters are too short to be guessed."""
    for word in words:
        if len(word) >= 4 and len(set(word)) > 1:
            for kind in KINDS:
                yield kind, word, typo(word, kind, random)


def mixed_names(random: Random, words: list[str], count: int) -> list[str]:
    """More distinct words that look like these: the beginning of one and the end of another."""
    found: set[str] = set(words)
    while len(found) < count:
        one, other = random.choice(words), random.choice(words)
        made = one[: random.randrange(2, max(3, len(one)))] + other[random.randrange(1, max(2, len(other) - 1)) :]
        if 4 <= len(made) <= 14:
            found.add(made)
    return sorted(found)
