"""Keeps the words by which listed people are found. Nothing is written when no name changed, which is nearly always."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count

from booking.models import ListedName, ListedWord, WordSource
from booking.search.text import name_words, practice_words
from practitioners.models import Agenda

Entry = tuple[int, str, str]


def write_words(practitioners: Sequence[int], agendas: Iterable[Agenda]) -> None:
    """Make the words of these practitioners those of their listed agendas, and count them again.

    The agendas come with practitioner and practice loaded.
    """
    if not practitioners:
        return
    wanted: set[Entry] = set()
    for agenda in agendas:
        person = agenda.practitioner
        wanted |= {(person.pk, word, WordSource.NAME.value) for word in name_words(person.first_name, person.last_name)}
        wanted |= {(person.pk, word, WordSource.PRACTICE.value) for word in practice_words(agenda.practice.name)}
    kept = {
        (row.practitioner_id, row.word, row.source): row.pk
        for row in ListedWord.objects.filter(practitioner_id__in=practitioners)
    }
    missing, extra = wanted - kept.keys(), kept.keys() - wanted
    if extra:
        ListedWord.objects.filter(pk__in=[kept[entry] for entry in extra]).delete()
    if missing:
        ListedWord.objects.bulk_create(
            [ListedWord(practitioner_id=who, word=word, source=source) for who, word, source in sorted(missing)],
            ignore_conflicts=True,
        )
    count_names({word for _who, word, source in missing | extra if source == WordSource.NAME})


def count_names(words: set[str]) -> None:
    """Keep the dictionary: how many people bear each of these words."""
    if not words:
        return
    counts = dict(
        ListedWord.objects.filter(word__in=words, source=WordSource.NAME)
        .values_list("word")
        .annotate(people=Count("pk"))
        .order_by("word")
    )
    rows = [ListedName(name=word, listings=counts.get(word, 0)) for word in sorted(words)]
    ListedName.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["listings"])
