"""Finding a file from one line of text, as a secretary types it."""

from datetime import date

import pytest

from patients.selectors.files import find_records
from patients.services.files import refresh_keys
from tests import factories as make
from tests.desk import desk, statements

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def file_of(practice, first, birth, used="", born=date(1951, 3, 12), phone="", landline="", **more):
    record = make.RecordFactory.build(
        practice=practice, first_name=first, birth_name=birth, used_name=used, birth_date=born,
        phone=phone, landline=landline, **more,
    )  # fmt: skip
    refresh_keys(record)
    record.save()
    return record


@pytest.fixture
def files(desk):
    cabinet = desk.practice
    return {
        "colette": file_of(cabinet, "Colette", "Lefèvre", "Dupont-Moreau", phone="+33612345678"),
        "artagnan": file_of(cabinet, "Jean-Pierre", "D’Artagnan", born=date(1988, 7, 1), landline="+33148978845"),
        "nguyen": file_of(cabinet, "Thị", "Nguyễn", born=date(2012, 12, 5)),
        "obrien": file_of(cabinet, "Null", "O'Brien", born=None),
    }


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("lefevre colette", "colette"),
        ("COLETTE Lefèvre", "colette"),
        ("dupont", "colette"),
        ("moreau col", "colette"),
        ("dupont-moreau", "colette"),
        ("lefevre 1951", "colette"),
        ("12/03/1951", "colette"),
        ("12 03 51", "colette"),
        ("12.03.1951", "colette"),
        ("12 mars 1951", "colette"),
        ("lefevre 12 MARS 51", "colette"),
        ("1er juil. 1988", "artagnan"),
        ("5 décembre 2012", "nguyen"),
        ("1951-03-12", "colette"),
        ("12031951", "colette"),
        ("06 12", "colette"),
        ("+33 6 12 34", "colette"),
        ("0033612", "colette"),
        ("+33 (0)6 12", "colette"),
        ("345678", "colette"),
        ("colette 5678", "colette"),
        ("colete", "colette"),
        ("lefevrre", "colette"),
        ("zolette lefevre", "colette"),
        ("8845", "artagnan"),
        ("01 48 97", "artagnan"),
        ("jean pierre", "artagnan"),
        ("jeanpierre", "artagnan"),
        ("dartagnan", "artagnan"),
        ("d'artagnan", "artagnan"),
        ("artagnan jean", "artagnan"),
        ("nguyen", "nguyen"),
        ("ngyuen", "nguyen"),
        ("05/12/12", "nguyen"),
        ("o'brien", "obrien"),
        ("obrien", "obrien"),
        ("null", "obrien"),
    ],
)
def test_files_are_found_as_people_type(desk, files, text, who):
    assert [record.pk for record in find_records(desk.actor("anna"), text)] == [files[who].pk]


@pytest.mark.parametrize(
    "text",
    ["", " ", "12", "%", "_", "\0", "zzzz", "99/99/1951", "lefevre 1952", "'; --", "٣٤٥", "x" * 9000, "colette 0700"],
)
def test_text_that_means_nobody_finds_nobody(desk, files, text):
    assert find_records(desk.actor("anna"), text) == []


def test_files_of_other_practices_and_merged_ones_are_not_found(desk, files):
    file_of(desk.elsewhere.practice, "Colette", "Lefèvre")
    file_of(desk.practice, "Colette", "Lefèvre", merged_into=files["colette"])
    assert find_records(desk.actor("anna"), "lefevre") == [files["colette"]]
    assert find_records(desk.actor("lea"), "lefevre") == []
    assert find_records(desk.actor("ended"), "lefevre") == []


def test_find_records_takes_two_statements_however_many_files(desk, files):
    def count(text):
        return statements(lambda: find_records(desk.actor("anna"), text))[1]

    first = count("lefevre"), count("lefevrr")
    for n in range(5):
        file_of(desk.practice, f"Colette{n}", "Lefèvre")
    assert (count("lefevre"), count("lefevrr")) == first == (1, 2)
