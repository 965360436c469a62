"""What the cells of a line mean: dates, hours, sex, numbers. Pure; a cell that means nothing is named by a code."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from booking.enums import Status
from booking.import_files import FORMULA, LONGEST_CELL, Line
from core import clock
from core.text import fold
from patients.enums import Sex
from patients.phones import is_mobile, parsed_phone

_DAY = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_TIME = re.compile(r"^(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?(?::\d{2})?$")
_SEXES = {
    **dict.fromkeys(("f", "femme", "female", "feminin", "2", "mme", "mlle", "madame", "w"), Sex.FEMALE),
    **dict.fromkeys(("m", "h", "homme", "male", "masculin", "1", "mr", "monsieur"), Sex.MALE),
}
_STATUSES = {
    **dict.fromkeys(("absent", "no show", "noshow", "lapin", "absence"), Status.NO_SHOW),
    **dict.fromkeys(("excuse", "excused"), Status.EXCUSED),
    **dict.fromkeys(
        ("annule", "annulee", "cancelled", "canceled", "annule par le patient"), Status.CANCELLED_BY_PATIENT
    ),
    "annule par le cabinet": Status.CANCELLED_BY_PRACTICE,
}


class CellRefused(Exception):
    """A line that cannot be brought in, by its stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_line(line: Line) -> None:
    """Raises `too_many_cells`, `too_long`, `formula`, before anything else is read of the line."""
    if line.is_long:
        raise CellRefused("too_many_cells")
    if any(len(cell) > LONGEST_CELL for cell in line.cells.values()):
        raise CellRefused("too_long")
    for name in ("ref", "birth_name", "used_name", "first_name", "email"):
        if line.cells.get(name, "").startswith(FORMULA):
            raise CellRefused("formula")


def day_of(text: str, *, past: bool) -> date:
    """A date typed day first or in ISO form; a time behind it is left out. Raises `invalid_date`."""
    bare = text.split("T")[0].split(" 00:00")[0].strip()
    if found := _ISO.match(bare):
        year, month, day = found.groups()
    elif found := _DAY.match(bare):
        day, month, year = found.groups()
    else:
        raise CellRefused("invalid_date")
    number = int(year)
    if len(year) == 2:
        this = clock.now().year
        number += 2000 if not past or 2000 + number <= this else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError as error:
        raise CellRefused("invalid_date") from error


def time_of(text: str) -> time:
    """« 9:40 », « 9h40 », « 09.40 », « 9h ». Raises `invalid_time`."""
    found = _TIME.match(text.strip())
    try:
        if found is None:
            raise ValueError
        return time(int(found[1]), int(found[2] or 0))
    except ValueError as error:
        raise CellRefused("invalid_time") from error


def start_of(cells: Any) -> tuple[date, time]:
    """The local day and hour of a visit, in one cell or two. Raises `invalid_date`, `invalid_time`."""
    whole = cells.get("start", "")
    if whole:
        first, _blank, rest = whole.replace("T", " ").replace(" à ", " ").partition(" ")
        clockless = rest.split("+")[0].strip().rstrip("Z")
        try:
            moment = datetime.fromisoformat(whole.replace(" ", "T", 1))
        except ValueError:
            return day_of(first, past=False), time_of(clockless)
        if moment.tzinfo is not None:
            raise CellRefused("invalid_time")
        return moment.date(), moment.time().replace(second=0, microsecond=0)
    return day_of(cells.get("date", ""), past=False), time_of(cells.get("time", ""))


def sex_of(text: str) -> str:
    return _SEXES.get(fold(text), Sex.UNKNOWN)


def status_of(text: str) -> Status | None:
    """What became of a visit, when the line says so."""
    return _STATUSES.get(fold(text))


def phones_of(cells: Any) -> tuple[str, str]:
    """(mobile, landline) in E.164: a number goes where its kind says, whatever its column. Raises `invalid_phone`."""
    mobile = landline = ""
    for name in ("phone", "landline", "any_phone"):
        text = cells.get(name, "")
        if not text:
            continue
        number = parsed_phone(text)
        if number is None:
            raise CellRefused("invalid_phone")
        if is_mobile(number):
            mobile = mobile or number
        else:
            landline = landline or number
    return mobile, landline
