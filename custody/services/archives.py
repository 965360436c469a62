"""The copy of everything an account may take away: asked for, made by a job, fetched, forgotten (GDPR, articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import User
from accounts.registry import erases
from accounts.services.mail import send_letter
from accounts.services.personal import EXPORTS_PER_DAY
from carnet.crypto import ContentError, Opener
from carnet.storage import MissingObject, StoredSource, store
from core import audit, clock, idempotency, ratelimit
from core.access import Actor, get_or_404, scoped
from core.idempotency import Claim
from core.jobs import enqueue
from custody.exceptions import CustodyRefusal
from custody.models import ArchiveState, DataArchive
from custody.services._contents import fill
from patients.models import Patient

logger = structlog.get_logger(__name__)
BUILD = "custody.build_archive"


@dataclass(frozen=True, slots=True)
class OpenedArchive:
    """A copy whose first bytes opened; `stream` gives it a chunk at a time."""

    size: int
    opener: Opener
    media_type: str = "application/zip"
    file_name: str = "prendsoin.zip"

    def stream(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        return self.opener.stream(first, last)


def request_archive(*, actor: Actor, user: User, claim: Claim | None = None) -> DataArchive:
    """Asks for a copy; it replaces the one before. Raises `archive_waiting`, and `too_many_requests` past a few a day."""
    now = clock.now()
    waiting = DataArchive.objects.filter(user=user, state=ArchiveState.WAITING, expires_at__gt=now)
    if claim is None and waiting.exists():
        raise CustodyRefusal("archive_waiting")
    ratelimit.spend("accounts.export", str(user.pk), limit=EXPORTS_PER_DAY, per=timedelta(days=1))
    with transaction.atomic():
        if (kept := idempotency.begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        User.objects.select_for_update().get(pk=user.pk)
        if waiting.exists():
            raise CustodyRefusal("archive_waiting")
        old = DataArchive.objects.filter(user=user).first()
        if old is not None:
            _forget(old)
        made = DataArchive.objects.create(user=user, created_at=now, expires_at=now + settings.ARCHIVE_LIFE)
        audit.record(actor, "custody.request_archive", made)
        idempotency.complete(actor, claim, made)
        enqueue(BUILD, archive=made.pk)
    return made


def build_archive(*, actor: Actor, archive: int) -> None:
    """Writes the ZIP into the storage and tells its owner. Within the transaction of its job; bears being run again."""
    made = DataArchive.objects.select_for_update(of=("self",)).select_related("user").filter(pk=archive).first()
    if made is None or made.state != ArchiveState.WAITING or not made.user.is_active:
        return
    with translation.override(made.user.language):
        packed, documents = fill(made.user)
    made.state, made.object_name, made.key = ArchiveState.READY, packed.name, packed.key.hex()
    made.size, made.documents = packed.size, documents
    made.expires_at = clock.now() + settings.ARCHIVE_LIFE
    made.save()
    audit.record(actor, "custody.build_archive", made, size=packed.size, documents=documents)
    send_letter(
        name="copy_ready",
        address=made.user.email,
        facts={"due_at": made.expires_at},
        language=made.user.language,
        user_id=made.user.pk,
    )


def open_archive(*, actor: Actor, archive: UUID) -> OpenedArchive:
    """A copy that is ready, once its fetching is written down. Raises NotForYou, `archive_gone`, `archive_unreadable`."""
    found = get_or_404(actor, DataArchive, "read", uid=archive)
    if found.state != ArchiveState.READY or found.expires_at <= clock.now():
        raise CustodyRefusal("archive_gone")
    with transaction.atomic():
        audit.record(actor, "custody.open_archive", found)
        for person in scoped(actor, Patient, "keep_documents").order_by("pk"):
            audit.record(actor, "carnet.take_copy", person, patient_id=person.pk)
    try:
        source = StoredSource(store(), found.object_name)
        opener = Opener(bytes.fromhex(found.key), bytes.fromhex(found.object_name), found.size, source)
        opener.chunk(0)
    except (ContentError, MissingObject) as error:
        logger.exception("archive_unreadable", archive=found.pk)
        raise CustodyRefusal("archive_unreadable") from error
    return OpenedArchive(found.size, opener)


def forget_archive(*, actor: Actor, archive: UUID) -> None:
    """Throws a copy away before its time. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, DataArchive, "read", uid=archive)
        audit.record(actor, "custody.forget_archive", found)
        _forget(found)


def purge_archives(*, actor: Actor) -> int:
    """Erases the copies whose time is over, and those that were never made; how many."""
    gone = 0
    for pk in list(DataArchive.objects.filter(expires_at__lte=clock.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            found = DataArchive.objects.select_for_update().filter(pk=pk, expires_at__lte=clock.now()).first()
            if found is not None:
                audit.record(actor, "custody.purge_archive", found)
                _forget(found)
                gone += 1
    return gone


@erases("archives")
def drop_archives(actor: Actor, user_id: int) -> None:
    """A closed account leaves no copy behind."""
    for found in DataArchive.objects.filter(user=user_id):
        _forget(found)


def _forget(archive: DataArchive) -> None:
    name = archive.object_name
    archive.delete()
    if name:
        transaction.on_commit(lambda: store().delete(name), robust=True)
