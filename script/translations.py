"""Keeps the English of the site: French is the language of the sources, English is in `locale/en`.

    script/messages            collects the texts of code and templates, updates django.po, compiles django.mo
    script/messages --check    changes nothing; fails when an English text is missing, doubtful or not compiled

Django's own commands need GNU gettext; Babel does the same work in Python.
"""

import argparse
import io
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from script.servers.layout import CHECKOUT

CATALOG = CHECKOUT / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOG.with_suffix(".mo")
SOURCES = (
    "accounts", "billing", "booking", "carnet", "config", "core", "custody", "notifications", "patients", "portal",
    "practitioners", "templates",
)  # fmt: skip
TEMPLATE_ENDINGS = {".html", ".txt"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def source_files(root: Path = CHECKOUT) -> Iterator[Path]:
    """The files that may hold texts for people, in a stable order."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in TEMPLATE_ENDINGS | {".py"} and "migrations" not in path.parts:
                yield path


def as_python(path: Path) -> str:
    """The file as Python source; a template becomes the calls that its tags stand for."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # Blanks at the start of a line would read as Python's indentation.
    return "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())


def collect(files: Iterable[Path], root: Path = CHECKOUT) -> Catalog:
    """A catalog of every text of the files, without translations."""
    catalog = Catalog(charset="utf-8")
    for path in files:
        source = io.BytesIO(as_python(path).encode())
        for _line, function, texts, _comments in extract_python(source, KEYWORDS, [], {"encoding": "utf-8"}):
            context, message_id = _parts(str(function), texts)
            if message_id:
                catalog.add(message_id, locations=[(str(path.relative_to(root)), 0)], context=context)
    return catalog


def _parts(function: str, texts: object) -> tuple[str | None, str | tuple[str, str] | None]:
    """The context and the identifier of a call; the identifier is None when it is not a plain text."""
    arguments = texts if isinstance(texts, tuple) else (texts,)
    context, rest = (
        (arguments[0], arguments[1:]) if function.startswith(("pgettext", "npgettext")) else (None, arguments)
    )
    wanted = rest[: 2 if "ngettext" in function or function.startswith("np") else 1]
    if not wanted or not all(isinstance(text, str) and text for text in wanted):
        return None, None
    return context, wanted if len(wanted) == 2 else wanted[0]


def read_catalog(path: Path = CATALOG) -> Catalog:
    if not path.exists():
        return _with_header(Catalog(locale="en", charset="utf-8", fuzzy=False))
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _with_header(catalog: Catalog) -> Catalog:
    catalog.header_comment = "# English of Prendsoin. The French texts are in the sources; update with script/messages."
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """The catalog as text, without line numbers, dates or empty fields, so that it changes only when a text does."""
    output = io.BytesIO()
    write_po(
        output, catalog, width=120, include_lineno=False, sort_by_file=True, ignore_obsolete=True, omit_header=False
    )
    lines = output.getvalue().decode().splitlines(keepends=True)
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Project-Id-Version")
    unused = ("Report-Msgid-Bugs-To", "Last-Translator", "Language-Team")
    volatile = tuple(f'"{field}:' for field in (*dated, *unused))
    return "".join(line for line in lines if not line.startswith(volatile)).encode()


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled catalog, the same whenever it is compiled; doubtful translations are left out."""
    output = io.BytesIO()
    stable = read_po(io.BytesIO(po_bytes(catalog)), locale="en")
    # A catalog without a date takes that of its reading.
    stable.creation_date = datetime.fromtimestamp(0, UTC)
    write_mo(output, stable)
    return output.getvalue()


def update(found: Catalog) -> Catalog:
    """The catalog on disk with the texts found; what is no longer used goes, what is new waits for its English."""
    catalog = read_catalog()
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def faults(found: Catalog, catalog: Catalog, compiled: bytes) -> list[str]:
    """What keeps the English from being complete, one line each."""
    wrong = []
    wanted, known = _by_key(found), _by_key(catalog)
    wrong += [f"not collected: {key[1]}" for key in wanted.keys() - known.keys()]
    wrong += [f"no longer used: {key[1]}" for key in known.keys() - wanted.keys()]
    for key in wanted.keys() & known.keys():
        message = known[key]
        if not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            wrong.append(f"without English: {key[1]}")
        elif message.fuzzy:
            wrong.append(f"marked as doubtful: {key[1]}")
        else:
            wrong += [f"{error}: {key[1]}" for error in message.check(catalog)]
    if not wrong and mo_bytes(catalog) != compiled:
        wrong.append(f"{COMPILED.relative_to(CHECKOUT)} is not the compiled django.po: run script/messages")
    return sorted(wrong)


def _by_key(catalog: Catalog) -> dict[tuple[str, object], Message]:
    return {(message.context or "", message.id): message for message in catalog if message.id}


def main() -> int:
    parser = argparse.ArgumentParser(description="Collects the texts of the site and compiles their English.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when the English is incomplete")
    checking = parser.parse_args().check
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    found = collect(source_files())
    if checking:
        compiled = COMPILED.read_bytes() if COMPILED.exists() else b""
        wrong = faults(found, read_catalog(), compiled)
    else:
        catalog = update(found)
        CATALOG.parent.mkdir(parents=True, exist_ok=True)
        CATALOG.write_bytes(po_bytes(catalog))
        COMPILED.write_bytes(mo_bytes(catalog))
        wrong = faults(found, catalog, COMPILED.read_bytes())
        print(f"{len(_by_key(catalog))} texts in {CATALOG.relative_to(CHECKOUT)}.")
    print("\n".join(wrong) if wrong else "Every text has its English.")
    return 1 if wrong and checking else 0


if __name__ == "__main__":
    sys.exit(main())
