"""Lines of an imported file that become visits: those to come by the desk's own verb, those past as history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from booking.enums import CANCELLED, Channel, Status
from booking.exceptions import Refusal
from booking.import_cells import CellRefused, check_line, day_of, start_of, status_of
from booking.import_files import Line
from booking.models import Appointment
from booking.services import _write
from booking.services.desk._times import is_outside_hours
from booking.services.desk.booking import DeskWish, length_of, lock_file, put
from booking.services.imports_patients import UID
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from core.text import fold
from patients.models import PatientRecord
from patients.naming import name_key
from practitioners.models import Agenda, AgendaReason

LONGEST_NOTE = 1_000


class Offers:
    """What the agendas that the actor runs offer, by the words of a file. Read once a chunk."""

    def __init__(self, actor: Actor) -> None:
        agendas = scoped(actor, Agenda, "manage").values("pk")
        rows = AgendaReason.objects.filter(agenda__in=agendas, visit_reason__archived_at=None).select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty", "visit_reason"
        )
        self.by_agenda: dict[int, list[AgendaReason]] = {}
        for row in rows.order_by("agenda", "pk"):
            self.by_agenda.setdefault(row.agenda_id, []).append(row)

    def find(self, agenda: str, reason: str, *, past: bool) -> AgendaReason:
        """The offer meant. Raises `unknown_agenda`, `unknown_reason`; in the past, any reason of the agenda will do."""
        offers = self._of_agenda(agenda)
        if not reason:
            return offers[0]
        named = [offer for offer in offers if fold(offer.visit_reason.name) == fold(reason)]
        if named:
            return named[0]
        if past:
            return offers[0]
        raise CellRefused("unknown_reason")

    def _of_agenda(self, text: str) -> list[AgendaReason]:
        if not text and len(self.by_agenda) == 1:
            return next(iter(self.by_agenda.values()))
        words = set(fold(text).split()) - {"dr", "docteur", "pr", "m", "mme"}
        found = []
        for offers in self.by_agenda.values():
            agenda = offers[0].agenda
            person = agenda.practitioner
            names = set(fold(f"{person.first_name} {person.last_name}").split())
            if str(agenda.uid) == text.lower() or (words and words <= names):
                found.append(offers)
        if len(found) != 1:
            raise CellRefused("unknown_agenda")
        return found[0]


def write_visits(actor: Actor, lines: Sequence[Line]) -> dict[str, Any]:
    """Write a chunk in the caller's transaction, each line whole or not at all; the report of it. Nobody is told."""
    report: dict[str, Any] = {"created": 0, "updated": 0, "unchanged": 0, "refused": [], "outside": []}
    offers, people = Offers(actor), People(actor, lines)
    for line in lines:
        try:
            check_line(line)
            with transaction.atomic():
                made, outside = _write_line(actor, line.cells, offers, people)
        except (CellRefused, Refusal) as refusal:
            report["refused"].append({"line": line.number, "code": refusal.code})
        except NotForYou:
            report["refused"].append({"line": line.number, "code": "not_allowed"})
        except IntegrityError:
            report["refused"].append({"line": line.number, "code": "slot_taken"})
        else:
            report["created" if made else "unchanged"] += 1
            if outside:
                report["outside"].append(line.number)
    return report


class People:
    """The files that the lines of a chunk name, by reference or by names and birth date. Three statements a chunk."""

    def __init__(self, actor: Actor, lines: Sequence[Line]) -> None:
        refs = {line.cells["ref"] for line in lines if line.cells.get("ref")}
        keys = {_key(line.cells) for line in lines}
        mine = PatientRecord.objects.filter(practice=actor.practice_id).select_related("merged_into")
        rows = mine.filter(imported_ref__in=refs).order_by("-merged_into", "pk")
        self.by_ref = {file.imported_ref: file.merged_into or file for file in rows}
        for file in mine.filter(uid__in=[ref for ref in refs if UID.match(ref)]):
            self.by_ref.setdefault(str(file.uid), file.merged_into or file)
        self.by_name: dict[str, list[PatientRecord]] = {}
        for file in mine.filter(merged_into__isnull=True).filter(_named(keys, lines)):
            self.by_name.setdefault(name_key(file.birth_name, file.first_name), []).append(file)

    def find(self, cells: Mapping[str, str]) -> PatientRecord:
        """The one file meant. Raises `unknown_patient`, `ambiguous_patient`, `invalid_date`."""
        if cells.get("ref"):
            found = [self.by_ref[cells["ref"]]] if cells["ref"] in self.by_ref else []
        else:
            found = self.by_name.get(_key(cells), [])
            if cells.get("birth_date"):
                born = day_of(cells["birth_date"], past=True)
                found = [file for file in found if file.birth_date == born]
        if not found:
            raise CellRefused("unknown_patient")
        if len(found) > 1:
            raise CellRefused("ambiguous_patient")
        return found[0]


def _named(keys: set[str], lines: Sequence[Line]) -> Q:
    """Files that may bear these names: the same birth date, or the names alone where a line gives no date."""
    named = Q(name_key__in=[key for key in keys if key])
    born = set()
    for line in lines:
        try:
            born.add(day_of(line.cells.get("birth_date", ""), past=True))
        except CellRefused:
            key = _key(line.cells)
            named |= Q(name_key__startswith=f"{key} ") if key else Q(pk__in=[])
    return named | Q(birth_date__in=born)


def _key(cells: Mapping[str, str]) -> str:
    return name_key(cells.get("birth_name", ""), cells.get("first_name", ""))


def _write_line(actor: Actor, cells: Mapping[str, str], offers: Offers, people: People) -> tuple[bool, bool]:
    """Whether the line made a visit or it was there already, and whether it lies to come outside of the opening hours."""
    day, hour = start_of(cells)
    file, now, status = people.find(cells), clock.now(), status_of(cells.get("status", ""))
    rough = clock.combine(day, hour, ZoneInfo("UTC"))
    offer = offers.find(cells.get("agenda", ""), cells.get("reason", ""), past=rough < now)
    zone = ZoneInfo(offer.agenda.location.timezone)
    start = clock.combine(day, hour, zone)
    if not now - timedelta(days=366 * 30) < start < now + timedelta(days=1096):
        raise CellRefused("start_out_of_reach")
    length = length_of(offer, _minutes(cells.get("minutes", "")))
    there = Appointment.objects.filter(record=file, agenda=offer.agenda, start_at=start).not_held()
    coming = start > now and status not in CANCELLED
    outside = coming and is_outside_hours(offer, start, length, now=now)
    if there.exists():
        return False, outside
    note = cells.get("notes", "")[:LONGEST_NOTE]
    if coming:
        locked = lock_file(actor, file.uid, {offer.agenda.practitioner_id})
        visit = put(
            actor, offer, locked, start,
            DeskWish(length=length, outside=True, internal_note=note, tell=False), now=now,
        )  # fmt: skip
        Appointment.objects.filter(pk=visit.pk).update(channel=Channel.IMPORT)
    else:
        _write_past(actor, offer, file, start, length, status or Status.SEEN, cells.get("reason", ""), note)
    return True, outside


def _write_past(
    actor: Actor,
    offer: AgendaReason,
    file: PatientRecord,
    start: datetime,
    length: timedelta,
    status: Status,
    reason: str,
    note: str,
) -> None:
    """History is kept as it was: two past visits may lie across one another, marked as overbooked."""
    slot = _write.new_slot(offer, start)
    slot.end_at, slot.record, slot.status = start + length, file, status
    slot.channel, slot.booked_by_id, slot.internal_note = Channel.IMPORT, actor.user_id, note
    slot.reason_name = (reason or slot.reason_name)[:80]
    if status in CANCELLED:
        slot.cancelled_at = start
    try:
        with transaction.atomic():
            slot.save()
    except IntegrityError:
        slot.pk, slot.overbooked = None, True
        slot.save(force_insert=True)


def _minutes(text: str) -> int | None:
    digits = text.lower().removesuffix("minutes").removesuffix("min").removesuffix("mn").strip()
    if not digits:
        return None
    if not digits.isascii() or not digits.isdigit():
        raise CellRefused("duration_invalid")
    return int(digits[:6])
