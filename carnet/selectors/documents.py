"""The documents of a record as a reader sees them: words opened for the time of a page, searched among one person's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, QuerySet

from carnet.crypto import ContentError
from carnet.enums import Origin, State
from carnet.kinds import BY_CODE, KINDS, type_code
from carnet.models import Document, DocumentVersion, Grant
from carnet.record_keys import record_keys
from carnet.words import Words, open_words
from core import clock
from core.access import Actor, get_or_404, may, scoped
from core.text import fold
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a list. `shares` are the live ones of this document alone, on the person's side only.

    `former` are the files that `version` took the place of, latest first.
    """

    document: Document
    words: Words
    version: DocumentVersion | None
    shares: list[Grant] = field(default_factory=list)
    former: list[DocumentVersion] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(BY_CODE[self.document.kind].label)

    @property
    def type_code(self) -> str:
        return type_code(self.document.kind, by_practice=self.document.origin == Origin.PRACTICE)

    @property
    def class_code(self) -> str:
        return BY_CODE[self.document.kind].class_code

    @property
    def media_type(self) -> str | None:
        return self.version.media_type if self.version else None

    @property
    def size(self) -> int | None:
        return self.version.size if self.version else None

    @property
    def pages(self) -> int | None:
        return self.version.pages if self.version else None

    @property
    def is_new(self) -> bool:
        """Sent by a practice and not opened yet."""
        return self.document.origin == Origin.PRACTICE and self.document.first_read_at is None

    @property
    def waits(self) -> bool:
        return self.document.state == State.WAITING

    @property
    def is_refused(self) -> bool:
        return self.document.state == State.REFUSED


PAGE = 50


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of a list: `lines` of it, `found` in all, its number and how many pages there are."""

    lines: list[Line]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class DocumentList:
    """One page of the documents, or all of them. `total` counts the record, `found` what was asked for, over every page."""

    person: Patient
    lines: list[Line]
    total: int
    found: int
    page: int
    pages: int
    kinds: list[tuple[str, str, int]]
    may_keep: bool
    may_share: bool
    in_bin: int


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with everything its page says. `pages` are the numbers of the drawn ones."""

    line: Line
    pages: list[int]
    may_change: bool
    may_conceal: bool
    may_open: bool
    may_withdraw: bool
    may_replace: bool = False
    may_revise: bool = False


def document_list(
    actor: Actor, patient: UUID, *, query: str = "", kind: str = "", page: int | None = None
) -> DocumentList:
    """The documents of one person that the actor may see, latest first; a search looks in all of them, whatever the page.

    Without a page, all of them. Raises NotForYou.
    """
    person = get_or_404(actor, Patient, "read_documents", uid=patient)
    rows = scoped(actor, Document, "read").filter(patient=person).in_record()  # type: ignore[attr-defined]
    counts: dict[str, int] = {}
    for code in rows.values_list("kind", flat=True):
        counts[code] = counts.get(code, 0) + 1
    if wanted := fold(query).split():
        rows = rows.filter(pk__in=_matching(person, rows, wanted))
    part = paged(actor, rows.filter(kind=kind) if kind else rows, page)
    may_keep = may(actor, "keep_documents", person)
    return DocumentList(
        person=person,
        lines=part.lines,
        total=sum(counts.values()),
        found=part.found,
        page=part.page,
        pages=part.pages,
        kinds=[(one.code, str(one.label), counts[one.code]) for one in KINDS if one.code in counts],
        may_keep=may_keep,
        may_share=may(actor, "share_record", person),
        in_bin=_binned(actor, person).count() if may_keep else 0,
    )


def paged(actor: Actor, rows: QuerySet[Document], page: int | None) -> Paged:
    """The lines of one page of these rows, the last one for a number beyond it; all of them when none is asked for."""
    if page is None:
        lines = lines_of(actor, rows)
        return Paged(lines, len(lines), 1, 1)
    found = rows.count()
    pages = max(1, -(-found // PAGE))
    number = min(max(page, 1), pages)
    return Paged(lines_of(actor, rows[(number - 1) * PAGE : number * PAGE]), found, number, pages)


def _matching(person: Patient, rows: QuerySet[Document], wanted: Sequence[str]) -> list[int]:
    """The ids whose words hold every word asked for: each document's words are opened, and nothing else of it."""
    key = record_keys({person.pk}).get(person.pk)
    return [
        one.pk
        for one in rows.only("uid", "kind", "words")
        if matches(_words(one, key), str(BY_CODE[one.kind].label), wanted)
    ]


def bin_list(actor: Actor, patient: UUID) -> tuple[Patient, list[Line]]:
    """What waits in the bin of a person of one's side. Raises NotForYou."""
    person = get_or_404(actor, Patient, "keep_documents", uid=patient)
    return person, lines_of(actor, _binned(actor, person).order_by("-removed_at", "-pk"))


def document_page(actor: Actor, document: UUID) -> DocumentPage:
    """Raises NotForYou; a document in the bin is shown to who may take it out."""
    found = scoped(actor, Document, "read").filter(uid=document).first()
    if found is None:
        found = get_or_404(actor, Document, "change", uid=document)
    line = lines_of(actor, Document.objects.filter(pk=found.pk))[0]
    return DocumentPage(
        line=line,
        pages=[one.number for one in line.version.previews.all()] if line.version else [],
        may_change=may(actor, "change", found),
        may_conceal=may(actor, "conceal", found),
        may_open=line.version is not None and may(actor, "open", found),
        may_withdraw=may(actor, "withdraw", found),
        may_replace=_may_replace(line, Origin.PATIENT) and may(actor, "change", found),
        may_revise=_may_replace(line, Origin.PRACTICE) and may(actor, "revise", found),
    )


def _may_replace(line: Line, origin: Origin) -> bool:
    own = line.document.origin == origin and line.document.removed_at is None
    return own and line.version is not None and line.document.state == State.CLEAN


def lines_of(actor: Actor, rows: Iterable[Document]) -> list[Line]:
    """The rows with their words, in a fixed number of statements. What does not open says so instead of its words."""
    documents = list(rows.select_related("patient"))  # type: ignore[attr-defined]
    ids = [one.pk for one in documents]
    # Grouped by hand: a prefetch builds a queryset for each document, which costs more than to open its words.
    versions: dict[int, list[DocumentVersion]] = {}
    for version in DocumentVersion.objects.filter(document__in=ids).order_by("-number"):
        versions.setdefault(version.document_id, []).append(version)
    shares: dict[int | None, list[Grant]] = {}
    live = Grant.objects.live(clock.now()).filter(document__in=ids).order_by("pk")
    for grant in live.select_related("practitioner", "practice", "appointment__performer"):
        shares.setdefault(grant.document_id, []).append(grant)
    keys = record_keys({one.patient_id for one in documents})
    return [_line(one, keys.get(one.patient_id), versions.get(one.pk, []), shares.get(one.pk, [])) for one in documents]


def matches(words: Words, label: str, wanted: Sequence[str]) -> bool:
    """Whether every folded word asked for is in the words of the document or of its kind."""
    text = fold(f"{words.title} {words.author} {words.note} {words.file_name} {label}")
    return all(word in text for word in wanted)


def people_with_documents(actor: Actor) -> dict[int, int]:
    """How many documents each person of a reader's has, by the person's id."""
    rows = scoped(actor, Document, "read").filter(removed_at__isnull=True).values("patient_id")
    return {row["patient_id"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by("patient_id")}


def _line(document: Document, key: bytes | None, versions: Sequence[DocumentVersion], shares: list[Grant]) -> Line:
    return Line(document, _words(document, key), versions[0] if versions else None, shares, list(versions[1:]))


def _words(document: Document, key: bytes | None) -> Words:
    try:
        return open_words(key, document.uid, bytes(document.words)) if key else Words(title="—")
    except ContentError:
        return Words(title="—")


def _binned(actor: Actor, person: Patient):
    return scoped(actor, Document, "change").filter(patient=person, removed_at__isnull=False)
