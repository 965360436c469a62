"""Texts that a spreadsheet would compute stay texts; numbers stay numbers."""

import pytest

from core.csv_cells import cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33612345678",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\x00=1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_a_formula_becomes_a_text(text):
    assert cell(text).startswith("'")
    assert "\x00" not in cell(text)


@pytest.mark.parametrize(
    ("value", "written"), [(12, "12"), (-3, "-3"), (1.5, "1,5"), (None, ""), ("Dr Martin", "Dr Martin"), ("", "")]
)
def test_other_values_are_as_they_are(value, written):
    assert cell(value) == written
