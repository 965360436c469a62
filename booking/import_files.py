"""A CSV file as offices produce them: its bytes become lines with known columns, or one clear refusal. Pure; no table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError
from core.text import fold

MOST_BYTES = 5_000_000
MOST_LINES = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 5_000
SEPARATORS = (";", ",", "\t")
FORMULA = ("=", "+", "-", "@")
_TOLD = re.compile(r"sep=([;,\t])", re.IGNORECASE)

MESSAGES = {
    "file_too_large": _("Ce fichier dépasse 5 Mo. Partagez-le en plusieurs."),
    "file_empty": _("Ce fichier est vide."),
    "file_spreadsheet": _("Ce fichier est un classeur. Enregistrez la feuille au format CSV."),
    "file_encoding": _("L’encodage de ce fichier n’est pas reconnu. Enregistrez-le en UTF-8."),
    "file_nul": _("Ce fichier contient des octets nuls : ce n’est pas un fichier de texte."),
    "file_malformed": _(
        "Ce fichier n’est pas un CSV lisible : un guillemet n’est pas fermé, ou une case est trop longue."
    ),
    "file_too_many_lines": _("Ce fichier a plus de 20 000 lignes. Partagez-le en plusieurs."),
    "file_too_many_columns": _("Ce fichier a plus de 60 colonnes."),
    "file_duplicate_headers": _("Deux colonnes de ce fichier ont le même sens."),
    "file_columns_missing": _("Il manque des colonnes nécessaires."),
    "import_over": _("Cet import est déjà terminé."),
    "import_not_read": _("Le fichier n’est pas encore lu jusqu’au bout."),
}


class ImportRefused(DomainError):
    """A file that cannot be brought in; nothing was written."""

    def __init__(self, code: str, **details: Any) -> None:
        status = {"file_too_large": 413, "import_over": 409, "import_not_read": 409}.get(code, 422)
        super().__init__(code, MESSAGES[code], status=status, **details)


PATIENTS: Mapping[str, str] = {
    "ref": "identifiant|id|ref|reference|numero patient|numero de patient|ipp|id patient|patient id|external id"
    "|code patient|n dossier|numero de dossier|dossier|patient",
    "birth_name": "nom|nom de naissance|nom naissance|nom de famille|nom patronymique|birth name|last name|lastname"
    "|surname|family name|name",
    "used_name": "nom utilise|nom usage|nom d usage|nom marital|nom epouse|used name|married name",
    "first_name": "prenom|prenoms|first name|firstname|given name|forename",
    "birth_date": "date de naissance|date naissance|naissance|ne le|nee le|ne e le|ddn|birth date|birthdate"
    "|date of birth|dob",
    "sex": "sexe|sex|gender|genre|civilite|title",
    "email": "email|e mail|mail|courriel|adresse e mail|adresse email|adresse mail|email address",
    "phone": "mobile|portable|telephone portable|telephone mobile|tel portable|tel mobile|gsm|mobile phone|cell phone|cell",
    "landline": "fixe|telephone fixe|tel fixe|domicile|telephone domicile|tel domicile|landline|home phone",
    "any_phone": "telephone|tel|phone|phone number|numero de telephone",
    "notes": "notes|note|commentaire|commentaires|remarque|remarques|observations|comment|comments",
}
APPOINTMENTS: Mapping[str, str] = {
    **{name: PATIENTS[name] for name in ("ref", "birth_name", "used_name", "first_name", "birth_date")},
    "start": "debut|date et heure|date heure|start|starts at|datetime|horodatage",
    "date": "date|jour|date du rendez vous|date rdv|day|appointment date",
    "time": "heure|heure de debut|heure debut|heure du rendez vous|time|hour|start time",
    "minutes": "duree|duree minutes|duree en minutes|duration|minutes|duration minutes",
    "agenda": "agenda|praticien|medecin|docteur|practitioner|doctor|provider",
    "reason": "motif|motif de consultation|type|type de rendez vous|reason|visit reason|appointment type",
    "status": "statut|etat|status|state",
    "notes": PATIENTS["notes"],
}
NEEDED: Mapping[str, Sequence[Sequence[str]]] = {
    "patients": (("birth_name",), ("first_name",)),
    "appointments": (("ref", "birth_name"), ("start", "date")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line by canonical column, cells stripped. `number` is its row in a spreadsheet; `is_long`: more cells than headers."""

    number: int
    cells: Mapping[str, str]
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file that say something, and how many of its columns nobody knows."""

    lines: Sequence[Line]
    ignored_columns: int


def text_of(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252. Raises `ImportRefused`."""
    if len(raw) > MOST_BYTES:
        raise ImportRefused("file_too_large")
    if not raw.strip():
        raise ImportRefused("file_empty")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportRefused("file_spreadsheet")
    text = _decoded(raw)
    if "\0" in text:
        raise ImportRefused("file_nul")
    return text.lstrip("\ufeff")


def read_table(text: str, kind: str) -> Table:
    """The lines of a decoded file. Raises `ImportRefused`: nothing of such a file is looked at."""
    if text.count("\n") + text.count("\r") > 5 * MOST_LINES:
        raise ImportRefused("file_too_many_lines")
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise ImportRefused("file_empty")
    columns = _columns([fold(cell) for cell in header[1]], kind)
    known = [name for name in columns if name]
    if len(set(known)) != len(known):
        raise ImportRefused("file_duplicate_headers")
    missing = [choice[0] for choice in NEEDED[kind] if not set(choice) & set(known)]
    if missing:
        raise ImportRefused("file_columns_missing", columns=missing)
    lines: list[Line] = []
    for number, row in rows:
        if len(lines) == MOST_LINES:
            raise ImportRefused("file_too_many_lines")
        cells = {name: _cell(value) for name, value in zip(columns, row, strict=False) if name}
        lines.append(Line(number, cells, is_long=any(cell.strip() for cell in row[len(columns) :])))
    if not lines:
        raise ImportRefused("file_empty")
    return Table(lines, len(columns) - len(known))


def _decoded(raw: bytes) -> str:
    for encoding in _encodings(raw):
        if encoding == "cp1252" and _is_broken_utf8(raw):
            break
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    raise ImportRefused("file_encoding")


def _is_broken_utf8(raw: bytes) -> bool:
    """Whether a file that is no UTF-8 was meant to be: read as Windows-1252, every accent in it would become two signs."""
    whole = sum(len(char.encode()) for char in raw.decode("utf-8", errors="ignore") if ord(char) > 127)
    return 2 * whole > sum(byte > 127 for byte in raw)


def _encodings(raw: bytes) -> Sequence[str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    start = raw[:4096]
    if b"\0" in start:
        odd, even = start[1::2].count(0), start[0::2].count(0)
        # Mostly Latin text in UTF-16 has a zero in every second byte; anything else with zeros is no text.
        if odd > len(start) // 4 and not even:
            return ("utf-16-le",)
        if even > len(start) // 4 and not odd:
            return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row in a spreadsheet, cells) of each line that says something."""
    head = text.lstrip().splitlines()[0] if text.strip() else ""
    number, told = 0, _TOLD.fullmatch(head)
    if told:
        # A spreadsheet's own first line, which only says what separates the cells.
        number, text = 1, text.lstrip()[len(head) :].removeprefix("\r").removeprefix("\n")
        head = told[1]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            number += 1
            if len(row) > MOST_COLUMNS:
                raise ImportRefused("file_too_many_columns")
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error as error:
        raise ImportRefused("file_malformed") from error


def _columns(headers: Sequence[str], kind: str) -> list[str]:
    """The canonical name of each column, empty for one nobody knows."""
    wanted = PATIENTS if kind == "patients" else APPOINTMENTS
    names = {alias: name for name, aliases in wanted.items() for alias in aliases.split("|")}
    return [names.get(header, "") for header in headers]


def _cell(value: str) -> str:
    """A cell without its ends; the apostrophe that keeps a formula from running in a spreadsheet is not part of it."""
    text = value.strip()
    return text[1:] if text.startswith("'") and text[1:2] in {*FORMULA, "\t", "\r"} else text
