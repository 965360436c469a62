"""Every message as its reader gets it, from the examples of `portal.message_samples`: in each language and by each way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from notifications import rendering
from notifications.envelope import Envelope
from notifications.sms_text import SmsText, sms_text
from portal.message_samples import Names, Sample, samples

__all__ = ["FAMILIES", "LANGUAGES", "Written", "families", "samples", "template_kinds", "written_all", "written_kind"]

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "messages"
LANGUAGES = ("fr", "en")
# What a kind's first word means; in the order of the page.
FAMILIES = {
    "booking": _("Rendez-vous"),
    "patients": _("Fiches et proches"),
    "practitioners": _("Équipe du cabinet"),
    "carnet": _("Carnet"),
    "billing": _("Facturation"),
    "accounts": _("Compte"),
    "notifications": _("Envois"),
}
NUMBER, ADDRESS = "+33639980001", "alice@prendsoin.example"


@dataclass(frozen=True, slots=True)
class Written:
    """One case of a kind in one language: each way that the kind has."""

    kind: str
    number: int
    label: str
    language: str
    email: Envelope | None
    sms: SmsText | None
    bell: str


def template_kinds(root: Path = TEMPLATES) -> dict[str, set[str]]:
    """By kind, the endings of its templates: `subject.txt`, `txt`, `html`, `sms.txt`, `bell.txt`."""
    found: dict[str, set[str]] = {}
    for path in sorted(root.glob("*/*.*")):
        stem, _dot, ending = path.name.partition(".")
        if not stem.startswith("_"):
            found.setdefault(f"{path.parent.name}.{stem}", set()).add(ending)
    return found


def written_kind(kind: str, language: str, names: Names | None = None) -> list[Written]:
    """Every case of one kind in that language. Raises KeyError for a kind without an example."""
    with translation.override(language):
        return [_written(kind, number, sample, language) for number, sample in enumerate(samples(names)[kind])]


def families() -> list[tuple[object, list[tuple[str, str]]]]:
    """(what they are about, [(kind, its first words in the reader's language)]), each family by its words."""
    language = (translation.get_language() or "fr")[:2]
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in samples():
        found.setdefault(kind.partition(".")[0], []).append((kind, _first_words(kind, language)))
    order = [*(name for name in FAMILIES if name in found), *(name for name in found if name not in FAMILIES)]
    return [(FAMILIES.get(name, name), sorted(found[name], key=lambda one: one[1])) for name in order]


@lru_cache(maxsize=200)
def _first_words(kind: str, language: str) -> str:
    """What the example begins with, up to where it becomes an example: « Rappel »."""
    first = written_kind(kind, language)[0]
    if first.email:
        return re.split(r"\s?: ", first.email.subject)[0]
    return Truncator(first.sms.text if first.sms else first.bell).chars(70)


def written_all(names: Names | None = None, languages: Sequence[str] = LANGUAGES) -> Iterator[Written]:
    """Every case of every kind that has templates and examples."""
    kinds = template_kinds()
    for language in languages:
        with translation.override(language):
            for kind, cases in samples(names).items():
                if kind in kinds:
                    yield from (_written(kind, number, one, language) for number, one in enumerate(cases))


def _written(kind: str, number: int, sample: Sample, language: str) -> Written:
    ways = template_kinds().get(kind, set())
    return Written(
        kind,
        number,
        sample.label,
        language,
        rendering.email(kind, sample.words, to=ADDRESS) if "subject.txt" in ways else None,
        sms_text(rendering.sms(kind, sample.words, to=NUMBER).text) if "sms.txt" in ways else None,
        rendering.bell(kind, sample.words, user_id=0, link="/").subject if "bell.txt" in ways else "",
    )
