"""Everything a practice keeps, handed to its owner at any time: tables, a calendar and the whole as JSON, in one ZIP."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from booking.export_files import csv_pieces, zip_pieces
from booking.models import Absence, Appointment, NoShowMark, OpeningHours, Task
from core import audit, ratelimit
from core.access import Actor, get_or_404
from patients.models import PatientRecord
from patients.phones import phone_key
from practitioners.models import Agenda, AgendaReason, Location, Practice

PER_HOUR = 10
READ_AT_ONCE = 500
PATIENT_HEADER = (
    "Identifiant", "Nom de naissance", "Nom utilisé", "Prénom", "Date de naissance", "Sexe", "Mobile", "Fixe", "E-mail",
    "Notes", "Connu depuis", "Réservation en ligne fermée le", "Motif de fermeture", "Décès le", "Fiche faite le",
)  # fmt: skip
VISIT_HEADER = (
    "Identifiant", "Nom de naissance", "Prénom", "Date de naissance", "Date", "Heure", "Durée", "Praticien", "Motif",
    "Statut", "Notes", "Mot du patient", "Lieu", "Canal", "Pris le",
)  # fmt: skip


def export_practice(*, actor: Actor) -> Iterator[bytes]:
    """The bytes of the ZIP, made while they are read; the act is in the journal before the first one.

    `patients.csv`, `appointments.csv`, `agendas.ics`, `everything.json`. For owners alone: raises NotForYou, and
    `too_many_requests` (429) after ten in an hour.
    """
    practice = get_or_404(actor, Practice, "staff", pk=actor.practice_id)
    ratelimit.spend("booking.export_practice", f"practice:{practice.pk}", limit=PER_HOUR, per=timedelta(hours=1))
    with transaction.atomic():
        audit.record(actor, "booking.export_practice", practice, practice_id=practice.pk)
    return zip_pieces(_files(practice))


def _files(practice: Practice) -> Iterator[tuple[str, Iterable[bytes]]]:
    with translation.override("fr"):
        yield "patients.csv", csv_pieces(PATIENT_HEADER, map(_patient_row, _patients(practice)))
        yield "appointments.csv", csv_pieces(VISIT_HEADER, map(_visit_row, _visits(practice)))
        yield "agendas.ics", _calendar(practice)
        yield "everything.json", _everything(practice)


def _patients(practice: Practice) -> Iterator[PatientRecord]:
    files = PatientRecord.objects.filter(practice=practice, merged_into__isnull=True).order_by("pk")
    return files.iterator(chunk_size=READ_AT_ONCE)


def _visits(practice: Practice) -> Iterator[Appointment]:
    rows = Appointment.objects.filter(practice=practice).not_held()
    shown = rows.select_related("record", "performer", "agenda__location__place", "visit_reason")
    return shown.order_by("pk").iterator(chunk_size=READ_AT_ONCE)


def _patient_row(file: PatientRecord) -> tuple[Any, ...]:
    return (
        _reference(file), file.birth_name, file.used_name, file.first_name, _date(file.birth_date), file.sex,
        phone_key(file.phone), phone_key(file.landline), file.email, file.notes, _moment(file.known_since),
        _moment(file.blocked_at), file.block_reason, _date(file.deceased_on), _moment(file.created_at),
    )  # fmt: skip


def _visit_row(visit: Appointment) -> tuple[Any, ...]:
    file, location = visit.record, visit.agenda.location
    start = visit.start_at.astimezone(ZoneInfo(location.timezone))
    who = (_reference(file), file.birth_name, file.first_name, _date(file.birth_date)) if file else ("", "", "", "")
    return (
        *who, f"{start:%d/%m/%Y}", f"{start:%H:%M}", int(visit.duration.total_seconds() // 60),
        visit.performer.display_name, visit.reason_name, visit.get_status_display(), visit.internal_note, visit.note,
        location.name, visit.get_channel_display(), _moment(visit.created_at),
    )  # fmt: skip


def _reference(file: PatientRecord) -> str:
    """What an import of this very table finds the file by."""
    return file.imported_ref or str(file.uid)


def _calendar(practice: Practice) -> Iterator[bytes]:
    """Every visit that stands, with names: a private file of the practice (RFC 5545), times in UTC."""
    yield b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Prendsoin//Export//FR\r\n"
    for visit in _visits(practice):
        if visit.is_cancelled:
            continue
        title = f"{visit.record.display_name if visit.record else ''} · {visit.reason_name}"
        lines = (
            "BEGIN:VEVENT",
            f"UID:{visit.uid}@prendsoin",
            f"SEQUENCE:{visit.revision}",
            f"DTSTAMP:{_stamp(visit.updated_at)}",
            f"DTSTART:{_stamp(visit.start_at)}",
            f"DTEND:{_stamp(visit.end_at)}",
            f"SUMMARY:{_escaped(title)}",
            f"LOCATION:{_escaped(visit.agenda.location.name)}",
            f"CATEGORIES:{_escaped(visit.performer.display_name)}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        )
        yield b"".join(_folded(line) for line in lines)
    yield b"END:VCALENDAR\r\n"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = "".join(char for char in text.replace("\r", "") if char == "\n" or ord(char) >= 32)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """At most 75 bytes a line, never inside a letter (RFC 5545, 3.1)."""
    out, length = [], 0
    for char in line:
        size = len(char.encode())
        if length + size > 74:
            out.append("\r\n ")
            length = 1
        out.append(char)
        length += size
    return ("".join(out) + "\r\n").encode()


def _everything(practice: Practice) -> Iterator[bytes]:
    """One JSON object; each list is written row after row."""
    yield _json(
        {"practice": {"id": practice.uid, "name": practice.name, "phone": practice.phone, "email": practice.email}}
    )[:-1]
    for name, rows in _lists(practice):
        yield f', "{name}": ['.encode()
        for n, row in enumerate(rows):
            yield (b", " if n else b"") + _json(row)
        yield b"]"
    yield b"}"


def _lists(practice: Practice) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    yield "locations", (_fields(row, "uid name street postcode timezone") for row in _of(Location, practice))
    yield (
        "agendas",
        (
            {
                **_fields(row, "uid accepts_new_patients"),
                "practitioner": row.practitioner.display_name,
                "location": row.location.uid,
            }
            for row in Agenda.objects.filter(practice=practice)
            .select_related("practitioner", "location")
            .order_by("pk")
        ),
    )
    yield "visit_reasons", (
        {
            **_fields(row, "duration_minutes price_cents buffer_before_minutes buffer_after_minutes modes"),
            "agenda": row.agenda.uid, "id": row.visit_reason.uid, "name": row.visit_reason.name,
        }
        for row in AgendaReason.objects.filter(agenda__practice=practice).select_related("agenda", "visit_reason").order_by("pk")
    )  # fmt: skip
    hours = "uid frequency interval weekdays starts_on ends_on start_time end_time span_days"
    opened = f"{hours} released_minutes open_on_holidays accepts_all_reasons"
    yield "opening_hours", _agenda_rows(OpeningHours, practice, opened)
    yield "absences", _agenda_rows(Absence, practice, f"{hours} label source")
    yield "patients", (_patient_object(file) for file in _patients(practice))
    yield "appointments", (_visit_object(visit) for visit in _visits(practice))
    marks = NoShowMark.objects.filter(appointment__practice=practice).select_related("appointment").order_by("pk")
    yield (
        "no_show_marks",
        (
            {**_fields(row, "uid at expires_at contested_at contest withdrawn_at"), "appointment": row.appointment.uid}
            for row in marks.iterator(chunk_size=READ_AT_ONCE)
        ),
    )
    yield (
        "tasks",
        (
            {
                **_fields(row, "uid kind about due_on created_at done_at"),
                "patient": row.record.uid if row.record else None,
                "appointment": row.appointment.uid if row.appointment else None,
            }
            for row in _of(Task, practice).select_related("record", "appointment").iterator(chunk_size=READ_AT_ONCE)
        ),
    )


def _of(model: Any, practice: Practice) -> QuerySet[Any]:
    return model.objects.filter(practice=practice).order_by("pk")


def _agenda_rows(model: Any, practice: Practice, names: str) -> Iterator[dict[str, Any]]:
    rows = model.objects.filter(agenda__practice=practice).select_related("agenda").order_by("pk")
    return ({**_fields(row, names), "agenda": row.agenda.uid} for row in rows.iterator(chunk_size=READ_AT_ONCE))


def _patient_object(file: PatientRecord) -> dict[str, Any]:
    names = (
        "uid first_name birth_name used_name birth_date sex email phone landline notes linked_by known_since blocked_at"
        " block_reason imported_ref deceased_on created_at"
    )
    return _fields(file, names)


def _visit_object(visit: Appointment) -> dict[str, Any]:
    names = (
        "uid start_at end_at status overbooked mode reason_name price_cents channel concealed group series arrived_at note"
        " internal_note answers cancelled_at cancelled_late cancel_reason created_at"
    )
    return {
        **_fields(visit, names),
        "agenda": visit.agenda.uid,
        "patient": visit.record.uid if visit.record else None,
        "practitioner": visit.performer.display_name,
        "timezone": visit.agenda.location.timezone,
    }


def _fields(row: Any, names: str) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names.split()}
    return {("id" if name == "uid" else name): value for name, value in found.items()}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _date(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
