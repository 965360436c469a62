"""Reading the information pages: what the public sees, what a search finds, what the staff keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from core.text import fold
from portal.health_match import score, subject_words
from portal.models import HealthPage, HealthVersion
from portal.models.health_page import Language

FOUND_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as the public reads it. `language` is that of the text, which may not be the reader's."""

    slug: str
    language: str
    version: HealthVersion


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as the staff keeps it: `draft` is a version written after the one that is shown."""

    page: HealthPage
    newest: HealthVersion
    draft: HealthVersion | None

    @property
    def is_shown(self) -> bool:
        return self.page.current_id is not None


def reading_language() -> str:
    """The reader's language, among those pages are written in."""
    wanted = (get_language() or "")[:2]
    return wanted if wanted in Language.values else Language.FRENCH


def shown_pages() -> list[ShownPage]:
    """Every subject that is shown, once: in the reader's language, or in French where it is not written. One statement."""
    wanted = reading_language()
    found: dict[str, HealthPage] = {}
    for page in _in_order({wanted, Language.FRENCH}):
        if page.slug not in found or page.language == wanted:
            found[page.slug] = page
    return [_shown(page) for page in found.values()]


def shown_page(slug: str) -> ShownPage:
    """One subject that is shown. Raises NotForYou."""
    wanted = reading_language()
    rows = HealthPage.objects.filter(slug=slug, current__isnull=False, language__in={wanted, Language.FRENCH})
    pages = {page.language: page for page in rows.select_related("current")}
    page = pages.get(wanted) or pages.get(Language.FRENCH)
    if page is None:
        raise NotForYou
    return _shown(page)


def found_pages(text: str) -> list[ShownPage]:
    """The pages a search speaks of, best first, three at most. No statement when the words name nothing.

    The words of either language find a page, which is shown in the reader's.
    """
    asked = subject_words(text)
    if not asked or sum(map(len, asked)) < 2:
        return []
    scores: dict[str, int] = {}
    wanted = reading_language()
    shown: dict[str, ShownPage] = {}
    for page in map(_shown, _in_order(Language.values)):
        scores[page.slug] = max(scores.get(page.slug, 0), _score(asked, page))
        if page.language == wanted or (page.language == Language.FRENCH and page.slug not in shown):
            shown[page.slug] = page
    best = sorted((page for page in shown.values() if scores[page.slug]), key=lambda page: -scores[page.slug])
    return best[:FOUND_AT_MOST]


def kept_pages(actor: Actor) -> list[KeptPage]:
    """Every page, shown or not, with its newest version. Two statements."""
    pages = list(
        scoped(actor, HealthPage, "manage").select_related("current").order_by("position", "slug", "-language")
    )
    later = HealthVersion.objects.filter(page=OuterRef("page"), number__gt=OuterRef("number"))
    newest = {row.page_id: row for row in HealthVersion.objects.filter(~Exists(later), page__in=pages)}
    return [_kept(page, newest[page.pk]) for page in pages if page.pk in newest]


def kept_page(actor: Actor, uid: UUID) -> KeptPage:
    """One of them. Raises NotForYou."""
    page = get_or_404(actor, HealthPage, "manage", uid=uid)
    newest = page.versions.order_by("-number").first()
    if newest is None:
        raise NotForYou
    return _kept(page, newest)


def versions_of(page: HealthPage) -> Sequence[HealthVersion]:
    """The history, newest first."""
    return list(page.versions.order_by("-number"))


def version_of(page: HealthPage, number: int) -> HealthVersion:
    """One version of the history. Raises NotForYou."""
    found = page.versions.filter(number=number).first()
    if found is None:
        raise NotForYou
    return found


def _in_order(languages: Iterable[str]) -> QuerySet[HealthPage]:
    """The pages that are shown in these languages, in the order of the index."""
    rows = HealthPage.objects.filter(current__isnull=False, language__in=set(languages))
    return rows.select_related("current").order_by("position", "slug", "language")


def _shown(page: HealthPage) -> ShownPage:
    if page.current is None:
        raise NotForYou
    return ShownPage(page.slug, page.language, page.current)


def _kept(page: HealthPage, newest: HealthVersion) -> KeptPage:
    return KeptPage(page, newest, newest if newest.published_at is None else None)


def _score(asked: Sequence[str], page: ShownPage) -> int:
    return score(asked, fold(page.version.title).split(), fold(page.version.keywords).split())
