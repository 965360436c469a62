"""Thirty ways in which a register arrives broken: each is told by a code and a sentence, and nothing is half-written."""

import zipfile
from pathlib import Path

import pytest

from core.exceptions import DomainError
from practitioners.models import Practitioner, RegisterSite, RegisterSnapshot
from practitioners.register.generator import rpps_number
from practitioners.register.generator_columns import HEADER_2026
from practitioners.register.reading import read_register
from practitioners.register.refusals import FILES, LINES, UNPLACED
from practitioners.register.sources import find_source
from practitioners.services.register.importing import import_register
from tests.practitioners.register.conftest import ACTOR, NEXT, line, people, write

HEADER = "|".join(HEADER_2026) + "|"
NAME = f"PS_LibreAcces_Personne_activite_{NEXT}.txt"


class Notes:
    """Takes what is read and keeps it."""

    def __init__(self):
        self.persons, self.sites, self.skills, self.spared, self.rejections = [], [], [], [], []

    def person(self, row):
        self.persons.append(row)

    def site(self, row):
        self.sites.append(row)

    def skill(self, rpps, profession, code):
        self.skills.append((rpps, profession, code))

    def spare(self, rpps):
        self.spared.append(rpps)

    def rejection(self, file, line, code, rpps):
        self.rejections.append((line, code, rpps))


def text_file(content: str | bytes, name: str = NAME):
    def make(folder: Path) -> Path:
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
        return folder / name

    return make


def archive(*names: str, spoil=lambda data: data):
    def make(folder: Path) -> Path:
        path = folder / f"PS_LibreAcces_{NEXT}.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name in names:
                out.writestr(name, "\n".join([HEADER, *people(1, 2)]) + "\n")
        path.write_bytes(spoil(path.read_bytes()))
        return path

    return make


def body(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def flip(data: bytes) -> bytes:
    """One byte of a person's name changed: the archive's own sum no longer holds."""
    return data.replace(b"MARTINB", b"MARTINX", 1)


def packed(folder: Path, spoil) -> Path:
    """An archive as published, compressed, then spoilt."""
    path = folder / f"PS_LibreAcces_{NEXT}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(NAME, "\n".join([HEADER, *people(*range(1, 200))]) + "\n")
    path.write_bytes(spoil(path.read_bytes()))
    return path


def torn(folder: Path) -> Path:
    """The middle of the compressed data overwritten."""
    return packed(folder, lambda data: data[: len(data) // 2] + b"\xff" * 40 + data[len(data) // 2 + 40 :])


def packed_otherwise(folder: Path) -> Path:
    """A method of compression (Deflate64) that some systems use for large files and Python does not read."""
    local, central = b"\x14\x00\x00\x00\x08\x00", b"\x14\x03\x14\x00\x00\x00\x08\x00"
    return packed(
        folder,
        lambda data: data.replace(local, local[:4] + b"\x09\x00", 1).replace(central, central[:6] + b"\x09\x00", 1),
    )


def unskilled(folder: Path) -> Path:
    return write(folder, [line(1, skill=""), line(2, skill="")], NEXT)


def skills_of_another_day(folder: Path) -> Path:
    return archive(NAME, "PS_LibreAcces_SavoirFaire_202601010800.txt")(folder)


REFUSED = {
    "nothing there": (lambda folder: folder / "absent.txt", "not_found"),
    "a folder without the register": (lambda folder: folder, "not_found"),
    "an archive without the register": (archive("LISEZMOI.txt"), "not_found"),
    "an archive with two registers": (archive(NAME, f"copie/{NAME}"), "several_files"),
    "an archive cut short": (archive(NAME, spoil=lambda data: data[: len(data) // 2]), "zip_damaged"),
    "an archive with a byte changed": (archive(NAME, spoil=flip), "zip_damaged"),
    "a compressed archive torn in the middle": (torn, "zip_damaged"),
    "an archive packed otherwise": (packed_otherwise, "zip_packing"),
    "a text renamed into an archive": (text_file("bonjour", "PS_LibreAcces_202611220800.zip"), "zip_damaged"),
    "no date in the name": (text_file(body(line(1)), "personnes.txt"), "no_stamp"),
    "an impossible date": (text_file(body(line(1)), "PS_LibreAcces_Personne_activite_202613450800.txt"), "no_stamp"),
    "a date to come": (text_file(body(line(1)), "PS_LibreAcces_Personne_activite_209912310800.txt"), "future_stamp"),
    "the other file of another day": (skills_of_another_day, "stamps_differ"),
    "an empty file": (text_file(""), "empty"),
    "a header alone": (text_file(HEADER + "\n"), "empty"),
    "no header": (text_file(body(line(2), header=line(1))), "columns_missing"),
    "a column renamed": (
        text_file(body(line(1), header=HEADER.replace("Code profession", "Métier"))),
        "columns_missing",
    ),
    "a column twice": (
        text_file(body(line(1), header=HEADER.replace("Libellé profession", "Code profession"))),
        "columns_repeated",
    ),
    "semicolons": (text_file(body(line(1)).replace("|", ";")), "not_piped"),
    "latin-1": (text_file(body(line(1)).encode("latin-1")), "not_utf8"),
    "UTF-16": (text_file(body(line(1)).encode("utf-16")), "not_utf8"),
    "a page of the web": (text_file("<!doctype html><title>503</title>\n"), "not_piped"),
    "cut in the middle of a line": (text_file(body(line(1), line(2))[:-60]), "truncated"),
    "one endless line": (text_file(body("x" * 70_000)), "line_too_long"),
    "doctors without savoir-faire": (unskilled, "skills_missing"),
    "every cell between quotes": (text_file(body(line(1).replace("|", '"|"'))), "too_many_rejected"),
    "hardly a line that can be read": (text_file(body(*["x|y"] * 150, line(1))), "too_many_rejected"),
}
BROKEN_LINES = {
    "a field too many": (line(1).replace("|12|", "|12|BIS|"), "field_count", True),
    "a line broken in two": (line(1)[:90], "field_count", True),
    "a zero byte": (line(1).replace("LES LILAS", "LES\x00LILAS"), "control_character", True),
    "one letter in latin-1": (line(1).replace("Claire", "Zoé").encode("latin-1"), "encoding", True),
    "no identifier": (line(1, id="", national=""), "identifier_missing", False),
    "a wrong key": (line(1, id="98000000013", national="898000000013"), "identifier_wrong", False),
    "letters in the number": (line(1, id="9800000001A", national=""), "identifier_wrong", False),
    "an unknown type": (line(1, type="7"), "identifier_type", False),
    "two people on a line": (line(1, national="8" + rpps_number(2)), "identifiers_differ", True),
    "no name": (line(1, last=" "), "name_missing", True),
    "an endless name": (line(1, last="A" * 200), "name_too_long", True),
    "a name decoded twice": (line(1, last="LEFÃ©VRE"), "name_garbled", True),
    "a wrong ADELI key": (line(1, type="0", id="759124158", national="0759124158"), "identifier_wrong", False),
    "no profession": (line(1, profession=""), "profession_missing", True),
}


@pytest.mark.parametrize("what", REFUSED)
def test_broken_file_is_refused_with_its_code(what, tmp_path, finder):
    make, code = REFUSED[what]
    with pytest.raises(DomainError) as refusal:
        read_register(find_source(make(tmp_path)), finder, Notes())

    sentence = str(refusal.value.message)
    assert refusal.value.code == code
    assert code in FILES
    assert "%(" not in sentence
    assert len(sentence) > 20


def test_broken_files_leave_the_directory_as_it_was(bring, tmp_path):
    bring(people(1, 2))
    before = [list(model.objects.order_by("pk").values()) for model in (Practitioner, RegisterSite)]
    kept = RegisterSnapshot.objects.values("pk", "state", "chunks__content")
    snapshot = list(kept)
    for number, (make, code) in enumerate(REFUSED.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(DomainError, match=f"^{code}$"):
            import_register(actor=ACTOR, where=make(folder))

    assert [list(model.objects.order_by("pk").values()) for model in (Practitioner, RegisterSite)] == before
    assert list(kept.exclude(state="refused")) == snapshot
    refused = RegisterSnapshot.objects.filter(state="refused").order_by("pk")
    assert list(refused.values_list("refusal", flat=True)) == [code for _, code in REFUSED.values()]


@pytest.mark.parametrize("what", BROKEN_LINES)
def test_broken_line_is_put_aside_and_the_others_are_read(what, tmp_path, finder):
    broken, code, known = BROKEN_LINES[what]
    raw = broken if isinstance(broken, bytes) else broken.encode()
    path = tmp_path / NAME
    path.write_bytes(b"\n".join([HEADER.encode(), line(2).encode(), raw, line(3).encode()]) + b"\n")
    notes = Notes()
    tally = read_register(find_source(path), finder, notes)

    assert notes.rejections == [(3, code, rpps_number(1) if known else "")]
    assert notes.spared == ([rpps_number(1)] if known else [])
    assert [row.rpps for row in notes.persons] == [rpps_number(2), rpps_number(3)]
    assert (tally.lines, dict(tally.rejected)) == (3, {code: 1})
    assert code in LINES


def test_broken_line_of_who_has_an_adeli_number_spares_them_too(tmp_path, finder):
    adeli = line(1, type="0", id="759124159", national="759124159").replace("|12|", "|12|BIS|")
    assert read_one(finder, tmp_path, line(2), adeli).spared == ["759124159"]


def test_every_code_of_a_line_is_shown_here():
    assert {code for _, code, _ in BROKEN_LINES.values()} == set(LINES)


def read_one(finder, tmp_path, *lines, header=HEADER, encoding="utf-8", end="\n"):
    (tmp_path / NAME).write_bytes(end.join([header, *lines, ""]).encode(encoding))
    notes = Notes()
    read_register(find_source(tmp_path), finder, notes)
    return notes


@pytest.mark.parametrize(
    ("changes", "insee", "postcode"),
    [
        ({"commune": ""}, "93045", "93260"),
        ({"commune": "", "postcode": ""}, "93045", "93260"),
        ({"commune": "75056", "postcode": "75015", "bureau": ""}, "75115", "75015"),
        ({"commune": "", "postcode": "", "bureau": "75015 PARIS"}, "75115", "75015"),
        ({"commune": "", "postcode": "75230", "bureau": "75230 PARIS CEDEX 05"}, "75105", "75230"),
        ({"commune": "1053", "postcode": "1000", "bureau": ""}, "01053", "01000"),
        ({"commune": "2a004", "postcode": "20090", "bureau": ""}, "2A004", "20090"),
        ({"commune": "", "postcode": "20200", "bureau": "20200 BASTIA"}, "2B033", "20200"),
        ({"commune": "97411", "postcode": "", "bureau": ""}, "97411", "97400"),
        ({"commune": "", "postcode": "97600", "bureau": "97600 MAMOUDZOU"}, "97611", "97600"),
        ({"commune": "", "postcode": "93 260", "bureau": ""}, "93045", "93260"),
        ({"commune": "69123", "postcode": "", "bureau": "LYON 3E ARRONDISSEMENT"}, "69383", "69003"),
        ({"commune": "97105", "postcode": "97100", "bureau": "", "country": "97105"}, "97105", "97100"),
        ({"country": "99100"}, "93045", "93260"),
        ({"commune": "", "postcode": "93507", "bureau": "93507 PANTIN CEDEX"}, "93055", "93507"),
        ({"commune": "", "postcode": "91025", "bureau": "91025 EVRY CEDEX"}, "91228", "91025"),
        ({"commune": "", "postcode": "38049", "bureau": "38049 GRENOBE CEDEX 9"}, "38185", "38049"),
        ({"commune": "", "postcode": "93299", "bureau": "93299 ST-DENIS CEDEX"}, "93066", "93299"),
        ({"commune": "", "postcode": "", "bureau": "LILAS"}, "93045", "93260"),
        ({"commune": "93999", "postcode": "", "bureau": "SAINT DENIS"}, "93066", "93200"),
        ({"commune": "", "postcode": "", "bureau": "", "way": "DES LILAS"}, None, None),
        ({"commune": "99999", "postcode": "99999", "bureau": "AILLEURS"}, "", "99999"),
    ],
)
def test_commune_is_found_whatever_is_left_out(changes, insee, postcode, tmp_path, finder):
    sites = read_one(finder, tmp_path, line(1, **changes)).sites

    assert [(site.insee, site.postcode) for site in sites] == ([] if insee is None else [(insee, postcode)])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"commune": "", "postcode": "93999", "bureau": "93999 ATLANTIS"}, "place_postcode"),
        ({"commune": "", "postcode": "", "bureau": "SAINT DENIS"}, "place_name"),
        ({"commune": "01999", "postcode": "", "bureau": ""}, "place_code"),
    ],
)
def test_place_without_a_commune_is_counted_with_its_reason(changes, why, tmp_path, finder):
    (tmp_path / NAME).write_text("\n".join([HEADER, line(1, **changes), ""]))
    tally = read_register(find_source(tmp_path), finder, Notes())

    assert tally.unplaced == {why: 1}
    assert why in UNPLACED


def test_header_of_other_years_and_marks_of_other_machines(tmp_path, finder):
    usual = read_one(finder, tmp_path, line(1))
    drifted = HEADER.replace("d'exercice", "exercice").replace("(coord. structure)", "(coord. Structure)").upper()
    moved = "|".join(reversed(HEADER_2026))
    backwards = "|".join(reversed(line(1).split("|")[:-1]))

    assert read_one(finder, tmp_path, line(1), header="\ufeff" + drifted).persons == usual.persons
    assert read_one(finder, tmp_path, backwards, header=moved).sites == usual.sites
    assert read_one(finder, tmp_path, line(1).removesuffix("|"), "", end="\r\n").sites == usual.sites


@pytest.mark.parametrize(
    ("changes", "profession"),
    [
        ({"profession": "193"}, "93"),
        ({"profession": "171"}, "71"),
        ({"profession": "71"}, "71"),
        ({"profession": "69"}, "60"),
    ],
)
def test_professions_are_read_in_either_numbering(changes, profession, tmp_path, finder):
    assert [row.profession for row in read_one(finder, tmp_path, line(1, skill="", **changes)).persons] == [profession]


def test_identifier_from_the_national_one_alone(tmp_path, finder):
    assert [row.rpps for row in read_one(finder, tmp_path, line(1, id="")).persons] == [rpps_number(1)]


def test_blanks_and_quotes_of_a_spreadsheet_are_no_part_of_an_identifier(tmp_path, finder):
    rpps = rpps_number(1)
    spaced = line(1, id=f"{rpps[:5]}\u00a0{rpps[5:]}", national=f"'8 {rpps}")
    broken = spaced.replace("|12|", "|12|BIS|")

    assert [row.rpps for row in read_one(finder, tmp_path, spaced).persons] == [rpps]
    assert read_one(finder, tmp_path, line(2), broken).spared == [rpps]


def test_savoir_faire_made_some_minutes_later_lies_beside(tmp_path):
    skills = tmp_path / "PS_LibreAcces_SavoirFaire_202611220812.txt"
    skills.write_text("x")
    persons = write(tmp_path, [line(1)], NEXT)

    assert find_source(persons).skills.name == skills.name


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("01 99 00 12 34", "+33199001234"),
        ("0033 1.99.00.12.34", "+33199001234"),
        ("+33 (0)1 99 00 12 34", "+33199001234"),
        ("199001234", "+33199001234"),
        ("0262990012", "+262262990012"),
        ("0690990012", "+590690990012"),
        ("01 99 00 12 34 / 06 99 00 12 34", "+33199001234"),
        ("0199001234 poste 12", "+33199001234"),
        ("néant ou 0199001234", "+33199001234"),
        ("(33) 1 99 00 12 34", "+33199001234"),
        ("0899123456", ""),
        ("12", ""),
        ("néant", ""),
    ],
)
def test_phone_is_what_a_patient_can_dial(written, dialled, tmp_path, finder):
    assert read_one(finder, tmp_path, line(1, phone=written)).sites[0].phone == dialled
