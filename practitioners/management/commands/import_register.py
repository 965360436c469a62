"""`manage.py import_register FILE|ZIP|DIR`: brings the directory to what the national register says."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.access import system_actor
from core.exceptions import DomainError
from practitioners.register.refusals import FILES
from practitioners.register.report import Report
from practitioners.services.register.importing import import_register, restore_last

ACTOR = system_actor("import_register")
WIDTH = 40


class Command(BaseCommand):
    help = "Imports the open files of the national register (PS_LibreAcces_*). Exit status: 0 done, 1 refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("where", nargs="?", type=Path, help="the .txt, the .zip as published, or their folder")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and write nothing")
        parser.add_argument(
            "--allow-strike-off", type=int, metavar="N", help="let up to N people leave; one in a hundred otherwise"
        )
        parser.add_argument("--json", type=Path, metavar="PATH", help="write the report there too (- for the output)")
        parser.add_argument("--restore-last", action="store_true", help="take the last import back")

    def handle(self, *args: Any, **options: Any) -> None:
        where, restore = options["where"], options["restore_last"]
        if (where is None) is not restore:
            raise CommandError("Name a file, an archive or a folder, or --restore-last, not both.")
        if restore and (options["dry_run"] or options["allow_strike_off"] is not None):
            raise CommandError("--restore-last takes neither --dry-run nor --allow-strike-off.")
        if options["allow_strike_off"] is not None and options["allow_strike_off"] < 0:
            raise CommandError("--allow-strike-off takes a number from 0 on.")
        _check_writable(options["json"])
        try:
            report = restore_last(actor=ACTOR) if restore else self._import(where, options)
        except DomainError as error:
            self._write_json(
                options["json"],
                {"status": "refused", "code": error.code, "message": str(error.message), **error.details},
            )
            raise CommandError(f"{error.message} [{error.code}]") from error
        except Exception:
            # Whoever reads the report must not find yesterday's there.
            self._write_json(
                options["json"], {"status": "failed", "code": "interrupted", "message": str(FILES["interrupted"])}
            )
            raise
        if options["json"] != Path("-"):
            self.stdout.write(report.as_table())
        self._write_json(options["json"], report.as_json())

    def _import(self, where: Path, options: dict[str, Any]) -> Report:
        bar = Bar(shown=sys.stderr.isatty() and options["verbosity"] > 0)
        try:
            return import_register(
                actor=ACTOR,
                where=where,
                allow_strike_off=options["allow_strike_off"],
                dry_run=options["dry_run"],
                started=bar.start,
                progress=bar.move,
            )
        finally:
            bar.end()

    def _write_json(self, path: Path | None, content: dict[str, Any]) -> None:
        if path is None:
            return
        text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
        if path == Path("-"):
            self.stdout.write(text)
            return
        try:
            path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            # What was imported is imported: the report goes where it can still be read.
            self.stdout.write(text)
            raise CommandError(f"The report could not be written to {path} ({error.strerror}); it is above.") from error


def _check_writable(path: Path | None) -> None:
    """Before anything is read: a report that cannot be written would make a done import look like a failed one."""
    if path is None or path == Path("-"):
        return
    try:
        path.open("a").close()
    except OSError as error:
        raise CommandError(f"The report cannot be written to {path}: {error.strerror}.") from error


class Bar:
    """A line on a terminal that fills as the file is read; silent elsewhere."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._size = 0

    def start(self, size: int) -> None:
        self._size = size

    def move(self, done: int, lines: int) -> None:
        if self._shown and self._size:
            share = min(1.0, done / self._size)
            full = round(share * WIDTH)
            sys.stderr.write(f"\r[{'#' * full}{' ' * (WIDTH - full)}] {share:4.0%}  {lines:>9,} ")
            sys.stderr.flush()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * (WIDTH + 24) + "\r")
