"""Finding a file of the practice from one line of text: names in any order, a birth date, a part of a number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from core import clock
from core.access import Actor, get_or_404, scoped
from core.text import edit_distance, fold, tolerance
from patients.models import PatientRecord
from patients.naming import name_key
from patients.phones import typed_digits

MOST_WORDS = 5
LONGEST_TEXT = 120
# Fewer digits than a trigram are no part of a number.
FEWEST_DIGITS = 3
# The share of a word's trigrams that a word one slip away still has: a swap in a short word leaves few. Those found are
# then compared letter by letter.
SHORT_WORD, SHORT_LIKENESS, LIKENESS = 6, 0.2, 0.3
CANDIDATES = 80

_WRITTEN = re.compile(r"(\d{1,2})(?:er)?\s+([^\W\d_]{3,9})\.?\s+(\d{4}|\d{2})\b", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
            "septembre sept sep", "octobre oct", "novembre nov", "decembre dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = re.compile(r"\+?\(?\d(?:[\d().\-/]|\s(?=[\d(+]))*")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-\s]+(\d{1,2})[/.\-\s]+(\d{4}|\d{2})$")
_DAY_FIRST_TOGETHER = re.compile(r"^(\d{2})(\d{2})(\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line of text may mean: words of names, and for each run of digits the dates, year or part it may be."""

    words: tuple[str, ...]
    numbers: tuple[Q, ...]


def find_records(actor: Actor, text: str, *, limit: int = 10) -> list[PatientRecord]:
    """The files of the current practice that the text may mean, by name; at most `limit`. One or two statements.

    Each word begins a first, birth or used name, in any order; each run of digits is a birth date (« 12/03/1951 »,
    « 12 03 51 », « 12 mars 1951 », « 1951 ») or a part of a phone number (« 06 12 », « 8845 », « +33 6 »). When nothing
    is found, words with a letter or two wrong are tried. Merged files are never found.
    """
    asked = read(text)
    if not asked.words and not asked.numbers:
        return []
    files = scoped(actor, PatientRecord, "work")
    for number in asked.numbers:
        files = files.filter(number)
    exact = list(_named(files, asked.words).order_by("name_key", "birth_date", "pk")[:limit])
    return exact or _nearly(files, asked.words, limit)


def read(text: str) -> Asked:
    """Take a line of text apart. Pure but for the current year."""
    line = _WRITTEN.sub(_in_figures, text.replace("\0", "")[:LONGEST_TEXT])
    numbers = tuple(meaning for run in _NUMBERS.findall(line) if (meaning := _meaning(run.strip())) is not None)
    words = dict.fromkeys(name_key(_NUMBERS.sub(" ", line)).split())
    telling = [word for word in words if len(word) > 1]
    return Asked(tuple(telling or words)[:MOST_WORDS], numbers)


def _in_figures(written: re.Match[str]) -> str:
    """« 12 mars 1951 » as 12/3/1951; words that are no month stay as they are."""
    month = _MONTHS.get(fold(written[2]))
    return f"{written[1]}/{month}/{written[3]}" if month else written[0]


def record_of(actor: Actor, uid: object, action: str = "work") -> PatientRecord:
    """One file of the current practice, for this action. Raises NotForYou."""
    return get_or_404(actor, PatientRecord, action, uid=uid)


def recent_records(actor: Actor, limit: int = 20) -> list[PatientRecord]:
    """The files opened last at the practice, newest first."""
    return list(scoped(actor, PatientRecord, "work").order_by("-pk")[:limit])


def _meaning(run: str) -> Q | None:
    digits = typed_digits(run)
    meaning = Q()
    days = _dates(run)
    if days:
        meaning |= Q(birth_date__in=days)
    if len(digits) == 4 and 1900 <= int(digits) <= clock.now().year:
        meaning |= Q(birth_date__gte=date(int(digits), 1, 1), birth_date__lte=date(int(digits), 12, 31))
    if FEWEST_DIGITS <= len(digits) <= 15:
        meaning |= Q(phone_key__contains=digits)
    return meaning or None


def _dates(run: str) -> list[date]:
    """The dates that the run may be: a year of two digits is of this century or the last, never to come."""
    if found := _YEAR_FIRST.match(run):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.match(run) or _DAY_FIRST_TOGETHER.match(run):
        day, month, year = found.groups()
    else:
        return []
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    days = []
    for one in years:
        try:
            days.append(date(one, int(month), int(day)))
        except ValueError:
            continue
    last = clock.now().date()
    return [day for day in days if day <= last or len(days) == 1]


def _named(files: QuerySet[PatientRecord], words: Sequence[str]) -> QuerySet[PatientRecord]:
    """Files in which each word begins a word of the names; both patterns are served by the trigram index."""
    for word in words:
        files = files.filter(Q(name_key__startswith=word) | Q(name_key__contains=f" {word}"))
    return files


def _nearly(files: QuerySet[PatientRecord], words: Sequence[str], limit: int) -> list[PatientRecord]:
    """Files whose names hold each word but for a slip of the fingers, or written in one where the file has two."""
    long = [word for word in words if tolerance(word)]
    if not long:
        return []
    likeness = SHORT_LIKENESS if min(map(len, long)) <= SHORT_WORD else LIKENESS
    threshold = RawSQL(
        "(SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)) <> ''",
        [str(likeness)],
        output_field=BooleanField(),
    )
    near = _named(files.filter(threshold), [word for word in words if word not in long])
    for n, word in enumerate(long):
        nearness = RawSQL("word_similarity(%s, patients_patientrecord.name_key)", [word])
        near = near.filter(name_key__trigram_word_similar=word).annotate(**{f"near{n}": nearness})
    nearest = [F(f"near{n}") for n in range(len(long))]
    best = Greatest(*nearest) if len(nearest) > 1 else nearest[0]
    found = near.order_by(best.desc(), "name_key", "pk")[:CANDIDATES]
    ranked = []
    for record in found:
        slips = [_slips(word, record.name_key.split()) for word in long]
        if all(slip is not None for slip in slips):
            ranked.append((sum(slip or 0 for slip in slips), record.name_key, record.pk, record))
    return [record for *_rank, record in sorted(ranked, key=lambda one: one[:3])][:limit]


def _slips(word: str, names: Sequence[str]) -> int | None:
    """How many letters are wrong at best, the word being whole, begun, or two names written as one; None for too many."""
    allowed = tolerance(word)
    forms = [*names, *(one + other for one, other in itertools.pairwise(names))]
    forms += [name[: len(word) + more] for name in forms for more in (0, 1) if len(name) > len(word) + more]
    best = min((edit_distance(word, form, allowed) for form in forms), default=allowed + 1)
    return best if best <= allowed else None
