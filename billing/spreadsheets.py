"""A list as a file for spreadsheets: semicolons, a byte order mark, and no text that computes."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from core.csv_cells import cell


def spreadsheet(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The answer that downloads `rows` (the first holds the titles) as `<name>.csv`. Amounts come as `euros`."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    response = HttpResponse("\ufeff" + output.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def euros(cents: int) -> float:
    """Cents as the number of euros that a cell shows with a comma."""
    return cents / 100
