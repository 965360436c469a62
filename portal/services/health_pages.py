"""Writing, publishing, restoring and withdrawing information pages. Versions add up; nothing written is ever changed."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from core import audit, clock
from core.access import Actor, Space, get_or_404
from core.exceptions import NotForYou
from portal.exceptions import ContentRefusal
from portal.health_text import HealthFile, HealthText, read_files
from portal.markup import refused_links
from portal.models import HealthPage, HealthVersion

PARIS = ZoneInfo("Europe/Paris")


def open_page(*, actor: Actor, slug: str, language: str, position: int, text: HealthText) -> HealthPage:
    """Begin a page with a first draft. Raises NotForYou, `content_exists` and what `write_version` raises."""
    if not _keeps(actor):
        raise NotForYou
    _check(text)
    try:
        with transaction.atomic():
            page = HealthPage.objects.create(slug=slug, language=language, position=position)
            _add(actor, page, text, 1)
            audit.record(actor, "portal.open_health_page", page, slug=slug, language=language)
    except IntegrityError as error:
        raise ContentRefusal("content_exists") from error
    return page


def write_version(*, actor: Actor, page: UUID, text: HealthText, expected: int) -> HealthVersion:
    """Keep a text as the newest version, a draft. `expected` is the number of the version one has read.

    Raises NotForYou, `content_changed`, `content_link`, `content_source`, `content_future_review`.
    """
    found = get_or_404(actor, HealthPage, "manage", uid=page)
    _check(text)
    with transaction.atomic():
        newest = _lock(found)
        if newest.number != expected:
            raise ContentRefusal("content_changed")
        version = _add(actor, found, text, newest.number + 1)
        audit.record(actor, "portal.write_health_version", found, number=version.number)
    return version


def publish_version(*, actor: Actor, page: UUID, number: int) -> HealthVersion:
    """Show a version that was not shown yet. Raises NotForYou; `content_changed` when it is not the newest one."""
    found = get_or_404(actor, HealthPage, "manage", uid=page)
    with transaction.atomic():
        newest = _lock(found)
        if found.current_id == newest.pk:
            raise ContentRefusal("content_published")
        if newest.number != number:
            raise ContentRefusal("content_changed")
        _show(found, newest)
        audit.record(actor, "portal.publish_health_version", found, number=number)
    return newest


def restore_version(*, actor: Actor, page: UUID, number: int) -> HealthVersion:
    """Say again, as a new version shown at once, what an earlier one said. Raises NotForYou, `content_published`."""
    found = get_or_404(actor, HealthPage, "manage", uid=page)
    with transaction.atomic():
        newest = _lock(found)
        earlier = found.versions.filter(number=number).first()
        if earlier is None:
            raise NotForYou
        if found.current_id == earlier.pk:
            raise ContentRefusal("content_published")
        version = HealthVersion.objects.create(
            page=found,
            number=newest.number + 1,
            author_id=actor.user_id,
            restores=earlier.number,
            **{name: getattr(earlier, name) for name in ("title", "summary", "body", "keywords", "sources")},
            reviewed_on=earlier.reviewed_on,
        )
        _show(found, version)
        audit.record(actor, "portal.restore_health_version", found, number=version.number, restores=number)
    return version


def withdraw_page(*, actor: Actor, page: UUID) -> None:
    """Take a page off the site; its versions stay. Raises NotForYou, `content_not_shown`."""
    found = get_or_404(actor, HealthPage, "manage", uid=page)
    with transaction.atomic():
        _lock(found)
        if found.current_id is None:
            raise ContentRefusal("content_not_shown")
        found.current = None
        found.save(update_fields=["current"])
        audit.record(actor, "portal.withdraw_health_page", found)


def load_health_pages(*, actor: Actor) -> int:
    """Bring the pages that come with the software; returns how many were written.

    A page that somebody has written on, or has withdrawn, is left as it is: what the staff decides outlives an upgrade.
    """
    if not actor.is_system:
        raise NotForYou
    with transaction.atomic():
        return sum(_load(actor, one) for one in read_files())


def _load(actor: Actor, file: HealthFile) -> bool:
    _check(file.text)
    page, is_new = HealthPage.objects.get_or_create(
        slug=file.slug, language=file.language, defaults={"position": file.position}
    )
    newest = None if is_new else _lock(page)
    if newest is not None and (not _is_ours(page) or _says(newest, file.text)):
        return False
    version = _add(actor, page, file.text, newest.number + 1 if newest else 1)
    _show(page, version)
    audit.record(actor, "portal.load_health_page", page, number=version.number)
    return True


def _is_ours(page: HealthPage) -> bool:
    return page.current_id is not None and not page.versions.filter(author_id__isnull=False).exists()


def _says(version: HealthVersion, text: HealthText) -> bool:
    return _columns(text) == {name: getattr(version, name) for name in _columns(text)}


def _columns(text: HealthText) -> dict[str, object]:
    return {
        "title": text.title,
        "summary": text.summary,
        "body": text.body,
        "keywords": text.keywords,
        "sources": [{"label": label, "url": url} for label, url in text.sources],
        "reviewed_on": text.reviewed_on,
    }


def _keeps(actor: Actor) -> bool:
    """Whether the actor keeps pages at all: there is no row yet to ask about."""
    return actor.is_system or (actor.space == Space.PLATFORM and actor.user_id is not None)


def _check(text: HealthText) -> None:
    if not text.sources or not all(label and url.startswith("https://") for label, url in text.sources):
        raise ContentRefusal("content_source")
    refused = refused_links(text.body)
    if refused:
        raise ContentRefusal("content_link", links=refused)
    if text.reviewed_on > clock.today(PARIS):
        raise ContentRefusal("content_future_review")


def _lock(page: HealthPage) -> HealthVersion:
    """The newest version, with the page held until the end of the transaction and read again."""
    page.refresh_from_db(from_queryset=HealthPage.objects.select_for_update())
    newest = page.versions.order_by("-number").first()
    if newest is None:
        raise NotForYou
    return newest


def _add(actor: Actor, page: HealthPage, text: HealthText, number: int) -> HealthVersion:
    return HealthVersion.objects.create(page=page, number=number, author_id=actor.user_id, **_columns(text))


def _show(page: HealthPage, version: HealthVersion) -> None:
    version.published_at = clock.now()
    version.save(update_fields=["published_at"])
    page.current = version
    page.save(update_fields=["current"])
