"""What an import writes, and what it never touches."""

import pytest

from core.exceptions import DomainError
from practitioners.enums import BlockCause, Sector, SnapshotState, VerificationState
from practitioners.models import (
    ListingWish,
    OnlineBlock,
    Practitioner,
    RegisterRejection,
    RegisterSite,
    RegisterSnapshot,
    Specialty,
    StrikeOff,
)
from practitioners.register.generator import rpps_number
from practitioners.services.agendas import _inherit_blocks
from practitioners.services.register import merging
from practitioners.services.register.importing import restore_last
from practitioners.signals import register_merged
from tests.factories import AgendaFactory, PractitionerFactory
from tests.practitioners.register.conftest import ACTOR, NEXT, line, people


def person(number: int) -> Practitioner:
    return Practitioner.objects.get(rpps=rpps_number(number))


def test_import_writes_person_and_site(bring):
    report = bring([line(1, phone="01 99 00 12 34")])

    claire = person(1)
    site = claire.register_sites.get()
    assert (claire.display_name, claire.slug, claire.name_key) == ("Dr Claire Martin", "claire-martin", "martin claire")
    assert (claire.specialty.slug, claire.verification) == ("medecin-generaliste", VerificationState.REGISTER)
    assert (claire.user, claire.vitale, str(claire.register_since)) == (None, False, "2026-11-21")
    assert (site.street, site.postcode, site.place_id) == ("12 rue de l'Eglise", "93260", "93045")
    assert (str(site.phone), site.latitude) == ("+33199001234", site.place.latitude)
    assert (report.people["created"], report.people["sites_created"], report.lines) == (1, 1, 1)


def test_second_run_changes_nothing(bring):
    lines = [line(1), line(1, structure="R2"), *people(2, 3)]
    bring(lines)
    before = list(Practitioner.objects.order_by("pk").values()), list(RegisterSite.objects.order_by("pk").values())

    report = bring(lines)

    assert report.written == 0
    assert list(RegisterSnapshot.objects.order_by("pk").values_list("state", flat=True)) == ["current", "past"]
    assert (report.people["unchanged"], report.people["sites_changed"]) == (3, 0)
    assert before == (
        list(Practitioner.objects.order_by("pk").values()),
        list(RegisterSite.objects.order_by("pk").values()),
    )


def test_lines_of_one_person_are_one_person_with_each_site_once(bring):
    bring([line(1), line(2, last="DURAND"), line(1, structure="R2"), line(1, skill="SM04"), line(1)])

    assert person(1).register_sites.count() == 2
    assert person(1).specialty.slug == "cardiologue"
    assert Practitioner.objects.count() == 2


def test_people_of_one_name_get_lasting_addresses(bring):
    bring([line(2), line(1)])
    bring([line(2), line(1), line(3)], NEXT)

    assert [person(n).slug for n in (1, 2, 3)] == [
        "claire-martin",
        f"claire-martin-{rpps_number(2)}",
        f"claire-martin-{rpps_number(3)}",
    ]


def test_change_of_name_place_and_phone_is_written_and_told(bring):
    bring([line(1), line(2)])
    told = []

    def listen(sender, snapshot_id, relation, **kwargs):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT practitioner_id FROM {relation}")
            told.extend(pk for (pk,) in cursor.fetchall())

    register_merged.connect(listen)
    try:
        report = bring([line(1, last="LE GUEN", commune="97411", postcode="97400", phone="0262990012"), line(2)], NEXT)
    finally:
        register_merged.disconnect(listen)

    claire = person(1)
    assert (claire.last_name, claire.slug) == ("Le Guen", "claire-martin")
    assert claire.register_sites.get().place_id == "97411"
    assert (report.people["changed"], report.people["unchanged"], told) == (1, 1, [claire.pk])


def test_site_left_is_kept_gone_and_comes_back_as_the_same(bring):
    bring([line(1), line(1, structure="R2")])
    bring([line(1)], NEXT)
    gone = RegisterSite.objects.get(gone=True)
    bring([line(1), line(1, structure="R2")], "202611230800")

    assert str(gone.last_seen_on) == "2026-11-21"
    back = RegisterSite.objects.get(pk=gone.pk)
    assert (back.gone, back.last_seen_on, RegisterSite.objects.count()) == (False, None, 2)


def test_what_the_practice_owns_is_never_touched(bring):
    cardio = Specialty.objects.get(slug="cardiologue")
    mine = PractitionerFactory(
        rpps=rpps_number(1), first_name="Clara", last_name="Martin-Roy", specialty=cardio, title="",
        presentation="Bonjour", sector=Sector.SECTOR_2, languages=["fr", "en"], slug="clara",
    )  # fmt: skip
    bring([line(1)])

    mine.refresh_from_db()
    assert (mine.display_name, mine.presentation, mine.sector) == ("Dr Clara Martin-Roy", "Bonjour", Sector.SECTOR_2)
    assert (mine.slug, mine.languages, mine.verification) == ("clara", ["fr", "en"], VerificationState.PUBLISHED)
    assert (mine.specialty.slug, mine.register_last_name) == ("medecin-generaliste", "Martin")
    assert mine.register_sites.count() == 1


def test_who_objected_never_comes_back(bring):
    ListingWish.objects.create(rpps=rpps_number(1), objected=True)
    bring([line(1), line(2)])
    person(2)
    ListingWish.objects.create(rpps=rpps_number(2), objected=True)
    report = bring([line(1), line(2, last="AUTRE"), line(3)], NEXT)

    assert not Practitioner.objects.filter(rpps=rpps_number(1)).exists()
    assert (person(2).unlisted, person(2).last_name, person(2).struck_off_on) == (True, "Martin", None)
    assert (report.people["objected"], report.people["struck_off"]) == (2, 0)


def test_leaving_the_register_closes_agendas_and_returning_opens_them(bring):
    agenda = AgendaFactory(practitioner=PractitionerFactory(rpps=rpps_number(1)))
    bring(people(1, 2, 3))
    report = bring(people(2, 3), NEXT, allow_strike_off=1)

    block = OnlineBlock.objects.get(agenda=agenda)
    assert (report.people["struck_off"], block.cause, block.closed_at) == (1, BlockCause.REGISTER, None)
    assert (str(person(1).struck_off_on), StrikeOff.objects.get().practitioner) == ("2026-11-22", person(1))

    report = bring(people(1, 2, 3), "202611230800")

    block.refresh_from_db()
    assert (report.people["reinstated"], person(1).struck_off_on) == (1, None)
    assert block.closed_at is not None
    assert str(StrikeOff.objects.get().lifted_on) == "2026-11-23"


def test_another_block_of_the_agenda_stays(bring):
    agenda = AgendaFactory(practitioner=PractitionerFactory(rpps=rpps_number(1)))
    OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
    for stamp, lines in (("202611210800", (1, 2)), ("202611220800", (2,)), ("202611230800", (1, 2))):
        bring(people(*lines), stamp, allow_strike_off=1)

    assert list(agenda.online_blocks.filter(closed_at=None).values_list("cause", flat=True)) == ["owner"]


def test_more_than_one_in_a_hundred_leaving_is_refused(bring):
    bring(people(1, 2, 3))
    with pytest.raises(DomainError) as refusal:
        bring(people(1), NEXT)
    with pytest.raises(DomainError):
        bring(people(1), NEXT, allow_strike_off=1)

    assert (refusal.value.code, refusal.value.details["count"]) == ("too_many_strike_offs", 2)
    assert "--allow-strike-off 2" in str(refusal.value.message)
    assert not Practitioner.objects.exclude(struck_off_on=None).exists()
    states = RegisterSnapshot.objects.order_by("pk").values_list("state", "refusal")
    assert list(states) == [("current", ""), *[("refused", "too_many_strike_offs")] * 2]
    assert bring(people(1), NEXT, allow_strike_off=2).people["struck_off"] == 2


def test_file_whose_addresses_are_gone_does_not_empty_the_directory(bring, monkeypatch):
    monkeypatch.setattr(merging, "EMPTIED_FEW", 1)
    bring(people(1, 2, 3))
    bare = [line(n, structure="", way="", commune="", postcode="", bureau="") for n in (1, 2)]
    with pytest.raises(DomainError, match="too_many_without_place"):
        bring([*bare, *people(3)], NEXT)
    assert not RegisterSite.objects.filter(gone=True).exists()

    bring([*bare, *people(3)], NEXT, allow_strike_off=2)

    assert RegisterSite.objects.filter(gone=True).count() == 2


def test_unreadable_line_neither_strikes_off_nor_takes_the_sites(bring):
    bring([line(1), line(1, structure="R2"), line(2)])
    broken = line(1).replace("|12|", "|12|BIS|EXTRA|")
    report = bring([broken, line(2)], NEXT)

    assert (report.rejected, report.people["struck_off"], report.people["sites_gone"]) == ({"field_count": 1}, 0, 0)
    row = RegisterRejection.objects.get()
    assert (row.line, row.code, row.rpps) == (2, "field_count", rpps_number(1))


def test_older_file_is_refused_and_the_same_is_not(bring):
    bring([line(1)], NEXT)
    with pytest.raises(DomainError, match="older"):
        bring([line(1), line(2)])

    assert Practitioner.objects.count() == 1


def test_dry_run_tells_and_writes_nothing(bring):
    bring(people(1, 2))
    before = list(RegisterSnapshot.objects.values())
    report = bring([*people(1), line(3), "x"], NEXT, dry_run=True, allow_strike_off=9)

    assert (report.people["created"], report.people["struck_off"], report.rejected) == (1, 1, {"field_count": 1})
    assert list(RegisterSnapshot.objects.values()) == before
    assert set(Practitioner.objects.values_list("rpps", "struck_off_on")) == {(rpps_number(n), None) for n in (1, 2)}


def test_last_import_can_be_taken_back(bring):
    fields = ("rpps", "first_name", "last_name", "title", "specialty", "struck_off_on", "register_since")
    sites = ("key", "name", "street", "place", "phone", "gone", "latitude")
    bring([line(1), line(1, structure="R2"), line(2)])
    before = set(Practitioner.objects.values_list(*fields)), set(RegisterSite.objects.values_list(*sites))
    bring([line(1, last="FAUX", skill="SM04"), line(3)], NEXT, allow_strike_off=1)

    report = restore_last(actor=ACTOR)

    mine = Practitioner.objects.exclude(rpps=rpps_number(3))
    known = RegisterSite.objects.exclude(practitioner__rpps=rpps_number(3))
    assert before == (set(mine.values_list(*fields)), set(known.values_list(*sites)))
    stranger = person(3)
    assert (stranger.register_since, stranger.struck_off_on, stranger.register_sites.get().gone) == (None, None, True)
    assert report.people["reinstated"] == 1
    assert list(RegisterSnapshot.objects.order_by("pk").values_list("state", flat=True)) == ["current", "restored"]
    with pytest.raises(DomainError, match="nothing_to_restore"):
        restore_last(actor=ACTOR)


def test_content_of_two_snapshots_is_kept(bring):
    for number, stamp in enumerate(("202611200800", "202611210800", "202611220800")):
        bring([line(1, phone=f"019900000{number}")], stamp)

    bring([line(1, phone="0199000002")], "202611220800")

    kept = RegisterSnapshot.objects.order_by("pk").values_list("state", "chunks__kind").distinct()
    assert [state for state, kind in kept if kind] == ["previous", "previous", "current", "current"]
    assert RegisterSnapshot.objects.filter(state=SnapshotState.PAST).count() == 2


def test_savoir_faire_in_a_second_file(bring, tmp_path):
    rpps = rpps_number(1)
    (tmp_path / "PS_LibreAcces_SavoirFaire_202611210800.txt").write_text(
        "Identification nationale PP|Type d'identifiant PP|Identifiant PP|Code savoir faire|Code profession|\n"
        f"8{rpps}|8|{rpps}|SM38|10|\n",
        encoding="utf-8",
    )
    bring([line(1, skill=""), line(2, profession="70", skill="", title="")])

    assert (person(1).specialty.slug, person(2).specialty.slug) == ("ophtalmologue", "kinesitherapeute")


def test_who_is_not_listed_is_counted(bring):
    report = bring(
        [
            line(1, category="E"),
            line(2, category="M"),
            line(3, structure="", way="", commune="", postcode="", bureau=""),
            line(4, sector="SA64"),
            line(5, profession="35", skill=""),
            line(6, country="99138"),
            line(7, genre="GENR04"),
            line(9, skill="SM99"),
            line(10),
        ]
    )

    assert list(Practitioner.objects.values_list("rpps", flat=True)) == [rpps_number(10)]
    assert report.unlisted == dict.fromkeys(
        ("student", "military", "no_site", "teleconsultation", "profession", "abroad", "no_care"), 1
    )
    assert (report.people["no_specialty"], report.rejected) == (1, {})


ADELI = "759124159"


@pytest.mark.parametrize(
    ("kind", "own", "national"),
    [("0", ADELI, "0" + ADELI), ("0", ADELI, ADELI), ("0", "", ADELI), ("", "", "0" + ADELI), ("0", ADELI, "")],
)
def test_who_has_an_adeli_number_alone_is_listed_by_it(bring, kind, own, national):
    psychologist = {"profession": "93", "skill": "", "title": ""}
    bring([line(1, type=kind, id=own, national=national, **psychologist), line(2)])

    found = Practitioner.objects.get(rpps=ADELI)
    assert (found.specialty.slug, found.register_sites.count()) == ("psychologue", 1)


def test_wish_of_who_had_an_adeli_number_goes_along_to_the_rpps_one(bring):
    psychologist = {"profession": "93", "skill": "", "title": "", "last": "LE GUEN"}
    bring([line(1, type="0", id=ADELI, national="0" + ADELI, **psychologist), line(2)])
    objected = Practitioner.objects.get(rpps=ADELI)
    ListingWish.objects.create(rpps=ADELI, objected=True)
    Practitioner.objects.filter(pk=objected.pk).update(unlisted=True)

    namesake = line(4, **psychologist, postcode="75015", commune="75115", bureau="75015 PARIS")
    bring([line(1, **psychologist), line(2), namesake], NEXT, allow_strike_off=1)

    assert ListingWish.objects.get(rpps=rpps_number(1)).objected
    assert not Practitioner.objects.filter(rpps=rpps_number(1)).exists()
    assert Practitioner.objects.filter(rpps=rpps_number(4)).exists()


def test_student_who_was_listed_is_not_struck_off(bring):
    bring([line(1), line(2)])
    report = bring([line(1, category="M"), line(2)], NEXT)

    assert (report.people["struck_off"], person(1).struck_off_on, person(1).register_sites.get().gone) == (
        0,
        None,
        True,
    )


def test_agenda_opened_after_leaving_is_closed_online_until_the_return(bring):
    bring(people(1, 2))
    bring(people(2), NEXT, allow_strike_off=1)
    agenda = AgendaFactory(practitioner=person(1))
    _inherit_blocks(agenda)

    assert list(agenda.online_blocks.filter(closed_at=None).values_list("cause", flat=True)) == [BlockCause.REGISTER]
    bring(people(1, 2), "202611230800")
    assert not agenda.online_blocks.filter(closed_at=None).exists()
