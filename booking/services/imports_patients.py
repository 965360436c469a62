"""Lines of an imported file that become patients' files: made, completed or left as they are, each line once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from booking.import_cells import CellRefused, check_line, day_of, phones_of, sex_of
from booking.import_files import Line
from core import clock
from core.access import Actor
from patients.exceptions import PatientRefusal
from patients.models import PatientRecord
from patients.naming import name_key
from patients.services.files import checked, refresh_keys

LONGEST_REFERENCE = 60
UID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
# Blank places of a known file that an import may fill; what the practice wrote itself is never overwritten.
FILLED = ("used_name", "birth_date", "email", "phone", "landline", "notes")


def write_patients(actor: Actor, lines: Sequence[Line], seen: set[str]) -> dict[str, Any]:
    """Write a chunk in the caller's transaction; the report of it. `seen`: references already met in this file.

    A file is found again by its reference, else by the very same names and birth date. Two reads, two writes.
    """
    report: dict[str, Any] = {"created": 0, "updated": 0, "unchanged": 0, "refused": []}
    wanted: list[tuple[Line, str, dict[str, Any]]] = []
    for line in lines:
        try:
            check_line(line)
            ref = reference_of(line.cells)
            if ref in seen:
                raise CellRefused("duplicate_line")
            seen.add(ref)
            values = patient_values(line)
        except CellRefused as refusal:
            report["refused"].append({"line": line.number, "code": refusal.code})
            continue
        wanted.append((line, ref, values))
    by_ref, by_name = known_files(actor, wanted)
    made, changed = [], []
    for _line, ref, values in wanted:
        file = by_ref.get(ref) or by_name.pop(_identity_of(values), None)
        if file is None:
            file = PatientRecord(
                practice_id=actor.practice_id or 0, known_since=clock.now(), imported_ref=ref, **values
            )
            refresh_keys(file)
            made.append(file)
        elif _complete(file, ref, values):
            changed.append(file)
        else:
            report["unchanged"] += 1
    PatientRecord.objects.bulk_create(made, batch_size=500)
    PatientRecord.objects.bulk_update(changed, [*FILLED, "name_key", "phone_key", "imported_ref"], batch_size=500)
    return {**report, "created": len(made), "updated": len(changed)}


def patient_values(line: Line) -> dict[str, Any]:
    """The fields of a file. Raises CellRefused with the code of the first thing wrong."""
    cells = line.cells
    phone, landline = phones_of(cells)
    birth = cells.get("birth_date", "")
    values = {
        "first_name": cells.get("first_name", ""),
        "birth_name": cells.get("birth_name", ""),
        "used_name": cells.get("used_name", ""),
        "birth_date": day_of(birth, past=True) if birth else None,
        "sex": sex_of(cells.get("sex", "")),
        "email": cells.get("email", ""),
        "phone": phone,
        "landline": landline,
        "notes": cells.get("notes", ""),
    }
    try:
        return checked(values, whole=True)
    except PatientRefusal as refusal:
        raise CellRefused(next(iter(refusal.details["fields"].values()))) from refusal


def reference_of(cells: Mapping[str, str]) -> str:
    """The file's name in the software it comes from; without one, a digest of who the person is.

    Raises CellRefused: `invalid_date`, `too_long`.
    """
    ref = cells.get("ref", "")
    if len(ref) > LONGEST_REFERENCE:
        raise CellRefused("too_long")
    if ref:
        return ref
    birth = cells.get("birth_date", "")
    who = (
        name_key(cells.get("birth_name", ""), cells.get("first_name", "")),
        day_of(birth, past=True) if birth else "",
    )
    return "~" + hashlib.sha256("\0".join(map(str, who)).encode()).hexdigest()[:40]


def known_files(
    actor: Actor, wanted: Sequence[tuple[Line, str, dict[str, Any]]]
) -> tuple[dict[str, PatientRecord], dict[tuple[str, str], PatientRecord]]:
    """(files by reference, files without one by names and birth date); a merged file stands for the one it became."""
    refs = [ref for _line, ref, _values in wanted]
    keys = {_identity_of(values)[0] for _line, _ref, values in wanted}
    practice = PatientRecord.objects.filter(practice=actor.practice_id).select_related("merged_into")
    by_ref: dict[str, PatientRecord] = {}
    for file in practice.filter(imported_ref__in=refs).exclude(imported_ref="").order_by("-merged_into", "pk"):
        by_ref[file.imported_ref] = file.merged_into or file
    # What this site exported names files by their own identifier.
    for file in practice.filter(uid__in=[ref for ref in refs if UID.match(ref)]):
        by_ref.setdefault(str(file.uid), file.merged_into or file)
    by_name: dict[tuple[str, str], PatientRecord] = {}
    days = {values["birth_date"] for *_rest, values in wanted if values["birth_date"]}
    same = Q(name_key__in=keys) | Q(birth_date__in=days)
    for file in practice.filter(same, merged_into__isnull=True, imported_ref=""):
        key = (name_key(file.birth_name, file.first_name), str(file.birth_date or ""))
        by_name.setdefault(key, file)
    return by_ref, by_name


def _identity_of(values: Mapping[str, Any]) -> tuple[str, str]:
    return name_key(values["birth_name"], values["first_name"]), str(values["birth_date"] or "")


def _complete(file: PatientRecord, ref: str, values: Mapping[str, Any]) -> bool:
    """Fill what is blank; whether anything was."""
    blanks = [name for name in FILLED if values[name] and not getattr(file, name)]
    for name in blanks:
        setattr(file, name, values[name])
    changed = bool(blanks) or (file.imported_ref == "" and bool(ref))
    file.imported_ref = file.imported_ref or ref
    refresh_keys(file)
    return changed
