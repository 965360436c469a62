"""Reading the information pages: what the public sees, what a search finds, what the staff keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef
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
    rows = HealthPage.objects.filter(current__isnull=False, language__in={wanted, Language.FRENCH})
    for page in rows.select_related("current").order_by("position", "slug", "language"):
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
    """The pages a search speaks of, best first, three at most. No statement when the words name nothing."""
    asked = subject_words(text)
    if not asked or sum(map(len, asked)) < 2:
        return []
    scored = [(_score(asked, page), page) for page in shown_pages()]
    best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
    return [page for _, page in best[:FOUND_AT_MOST]]


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


def _shown(page: HealthPage) -> ShownPage:
    if page.current is None:
        raise NotForYou
    return ShownPage(page.slug, page.language, page.current)


def _kept(page: HealthPage, newest: HealthVersion) -> KeptPage:
    return KeptPage(page, newest, newest if newest.published_at is None else None)


def _score(asked: Sequence[str], page: ShownPage) -> int:
    return score(asked, fold(page.version.title).split(), fold(page.version.keywords).split())
