"""Reference data can be loaded again and again: only what differs is written, nothing that people use goes away."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from practitioners.enums import Mode
from practitioners.models import Place, ReasonKind, Specialty
from practitioners.models.specialty import Profession, SpecialtyGroup
from practitioners.reference import COMMUNES_FILE
from practitioners.reference.catalogue import read_reason_kinds, read_specialties
from practitioners.reference.communes import read_communes
from practitioners.services.reference import load_places, load_reason_kinds, load_reference, load_specialties

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def some_communes():
    return [commune for commune in read_communes(COMMUNES_FILE) if commune.department in {"69", "974"}]


def test_loading_everything_twice_writes_once():
    first, second = load_reference(), load_reference()

    assert (first.specialties, first.places, first.reason_kinds) == (
        64,
        Place.objects.count(),
        len(read_reason_kinds()),
    )
    assert (second.specialties, second.places, second.reason_kinds) == (0, 0, 0)
    lyon = Place.objects.get(pk="69123")
    assert (lyon.name, lyon.sort_key, lyon.timezone, lyon.department) == ("Lyon", "lyon", "Europe/Paris", "69")
    assert len(lyon.postcodes) == 9
    assert lyon.arrondissements.count() == 9


def test_only_the_commune_that_changed_is_written(some_communes):
    load_places(some_communes)
    changed = [
        replace(commune, population=commune.population + 1) if commune.insee == "97411" else commune
        for commune in some_communes
    ]

    assert load_places(changed) == 1
    assert Place.objects.get(pk="97411").population == next(
        commune.population for commune in changed if commune.insee == "97411"
    )


def test_commune_that_left_the_file_is_kept(some_communes):
    load_places(some_communes)

    assert load_places([]) == 0
    assert load_places(some_communes[:3]) == 0
    assert Place.objects.count() == len(some_communes)


def test_keys_written_in_bulk_are_those_that_saving_gives(some_communes):
    load_places(some_communes)
    loaded = Place.objects.get(name="Le Port")
    saved = Place(insee="99999", name="Le Port", slug="le-port-bis", department="974", timezone="Indian/Reunion")

    saved.save()

    assert (saved.sort_key, saved.short_key) == (loaded.sort_key, loaded.short_key) == ("le port", "port")


def test_edited_specialty_and_reason_come_back_to_the_file():
    load_specialties()
    load_reason_kinds()
    Specialty.objects.filter(slug="dermatologue").update(name="Peau")
    ReasonKind.objects.filter(specialty__slug="dermatologue", slug="consultation").update(duration_minutes=200)

    assert (load_specialties(), load_reason_kinds()) == (1, 1)
    assert Specialty.objects.get(slug="dermatologue").name == "Dermatologue"


def test_specialties_are_the_64_of_the_portal_and_share_no_national_code():
    rows = read_specialties()
    codes = [code for row in rows for code in row.codes]

    assert len({row.slug for row in rows}) == len(rows) == 64
    assert len(codes) == len(set(codes))
    assert {row.profession for row in rows} == set(Profession.values)
    assert {row.group for row in rows} == set(SpecialtyGroup.values)
    assert all(row.codes for row in rows if row.profession == Profession.DOCTOR)


@pytest.mark.parametrize(
    ("word", "slugs"),
    [
        ("dermato", {"dermatologue"}),
        ("generaliste", {"medecin-generaliste"}),
        ("kine", {"kinesitherapeute"}),
        ("gyneco", {"gynecologue-medical", "gynecologue-obstetricien"}),
        ("dentiste", {"dentiste"}),
        ("psy", {"psychiatre", "psychologue", "pedopsychiatre", "psychotherapeute"}),
    ],
)
def test_everyday_words_lead_to_specialties(word, slugs):
    load_specialties()

    assert set(Specialty.objects.filter(synonyms__contains=[word]).values_list("slug", flat=True)) == slugs


def test_every_specialty_has_a_plain_consultation_and_the_usual_ones_a_choice():
    rows = read_reason_kinds()
    per_specialty = {
        row.slug: [reason.slug for reason in rows if reason.specialty == row.slug] for row in read_specialties()
    }

    assert all(slugs[0] == "consultation" for slugs in per_specialty.values())
    assert sum(1 for slugs in per_specialty.values() if len(slugs) >= 4) >= 30
    assert {reason.specialty for reason in rows} == set(per_specialty)
    assert all(len(slugs) == len(set(slugs)) for slugs in per_specialty.values())


def test_reasons_have_sane_durations_and_known_modes():
    for row in read_reason_kinds():
        assert 5 <= row.duration_minutes <= 120
        assert row.duration_minutes % 5 == 0
        assert row.modes
        assert set(row.modes) <= set(Mode.values)
        assert row.name
        assert row.name_en


def test_labels_follow_the_language_of_the_page():
    load_specialties()
    load_reason_kinds()
    specialty = Specialty.objects.get(slug="sage-femme")
    reason = ReasonKind.objects.get(specialty=specialty, slug="allaitement")

    with translation.override("fr"):
        assert (specialty.label, reason.label) == ("Sage-femme", "Allaitement")
    with translation.override("en"):
        assert (str(specialty), str(reason)) == ("Midwife", "Breastfeeding support")


def test_commands_say_what_they_wrote(some_communes, monkeypatch):
    monkeypatch.setattr("practitioners.services.reference.read_communes", lambda _: some_communes)
    said = StringIO()

    call_command("load_reference", stdout=said)
    call_command("import_places", stdout=said)
    call_command("load_reference", stdout=said, verbosity=0)
    call_command("import_places", stdout=said, verbosity=0)

    assert said.getvalue().splitlines() == [
        f"Reference data: {len(some_communes)} communes, 64 specialties, {len(read_reason_kinds())} reasons written.",
        "Communes: 0 written.",
    ]
