"""The order of results: distance, first free hour, a hash of the day for ties; nothing else."""

import inspect
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from booking.models import Listing
from booking.search import facets, ranking
from booking.search.query import AVAILABILITY, SearchQuery
from booking.search.refresh import refresh_all
from booking.search.results import search
from practitioners.enums import Audience, BlockCause, Mode
from practitioners.models import OnlineBlock
from tests.directory import LILAS, NOW
from tests.factories import AgendaReasonFactory, BookableAgendaFactory, LocationFactory, PlaceFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db


def around(**wanted) -> SearchQuery:
    return SearchQuery(latitude=LILAS[0], longitude=LILAS[1], **wanted)


def names(found) -> list[str]:
    return [f"{result.practitioner.first_name} {result.practitioner.last_name}" for result in found.results]


def test_nearest_comes_first_with_its_distance(listed, visitor):
    for name, km in (("Far Away", 12), ("Near By", 0.5), ("Mid Way", 4)):
        listed(name, km=km)

    found = search(visitor, around())

    assert names(found) == ["Near By", "Mid Way", "Far Away"]
    assert [round(result.best.distance_km, 1) for result in found.results] == [0.5, 4.0, 12.0]
    assert (found.facets.total, found.has_next) == (3, False)


def test_first_free_hour_comes_first_and_those_without_one_last_by_distance(listed, visitor):
    listed("Closed Far", km=9, bookable=False)
    listed("Closed Near", km=1, bookable=False)
    listed("Late Riser", km=0, offer={"notice_minutes": 3 * 60})
    listed("Early Bird", km=5)

    found = search(visitor, around(ordering=AVAILABILITY))

    assert names(found) == ["Early Bird", "Late Riser", "Closed Near", "Closed Far"]
    assert [result.best.listing.next_start for result in found.results] == [
        datetime(2026, 11, 23, 10, tzinfo=UTC),
        datetime(2026, 11, 23, 12, tzinfo=UTC),
        None,
        None,
    ]


def test_same_hour_is_ordered_by_distance(listed, visitor):
    listed("Three Km", km=3)
    listed("One Km", km=1)

    assert names(search(visitor, around(ordering=AVAILABILITY))) == ["One Km", "Three Km"]


@pytest.mark.parametrize("ordering", ["distance", AVAILABILITY])
def test_ties_change_with_the_day_and_hold_all_day(listed, visitor, ordering):
    for n in range(6):
        listed(f"Twin N{n}")
    query = around(ordering=ordering)

    seen = set()
    for day in range(6):
        instant = NOW + timedelta(days=day)
        with time_machine.travel(instant, tick=False):
            morning = names(search(visitor, query))
        with time_machine.travel(instant + timedelta(hours=10), tick=False):
            assert names(search(visitor, query)) == morning
        seen.add(tuple(morning))

    assert len(seen) > 3
    assert len({order[0] for order in seen}) > 1


@pytest.mark.parametrize("ordering", ["distance", AVAILABILITY])
def test_pages_hold_everybody_once(listed, visitor, ordering):
    for n in range(7):
        listed(f"Twin N{n}", km=n % 2)
    query = around(ordering=ordering)

    whole = names(search(visitor, query, size=20))
    pages = [search(visitor, query, page=page, size=3) for page in (1, 2, 3)]

    assert [name for page in pages for name in names(page)] == whole
    assert sorted(whole) == [f"Twin N{n}" for n in range(7)]
    assert [page.has_next for page in pages] == [True, True, False]


@pytest.mark.parametrize("ordering", ["distance", AVAILABILITY])
def test_practitioner_with_two_offices_takes_one_line_at_the_best_one(listed, visitor, ordering):
    near = listed("Two Offices", km=3)
    listed("One Office", km=5)
    far = listed(practitioner=near.practitioner, km=8)

    found = search(visitor, around(ordering=ordering))

    assert names(found) == ["Two Offices", "One Office"]
    assert [agenda.agenda for agenda in found.results[0].agendas] == [near, far]
    assert found.facets.total == 2


def test_second_office_outside_the_circle_does_not_count(listed, visitor):
    far = listed("Two Offices", km=60)
    near = listed(practitioner=far.practitioner, km=3)

    found = search(visitor, around())

    assert [agenda.agenda for agenda in found.results[0].agendas] == [near]


def test_office_that_suits_the_filter_earns_the_rank(listed, visitor):
    office = listed("Two Offices", km=1)
    video = listed(
        practitioner=office.practitioner, km=8, offer={"modes": [Mode.VIDEO]}, video_link="https://visio.example/x"
    )
    listed("One Office", km=5, offer={"modes": [Mode.VIDEO]}, video_link="https://visio.example/y")

    found = search(visitor, around(mode=Mode.VIDEO))

    assert names(found) == ["One Office", "Two Offices"]
    assert [agenda.agenda for agenda in found.results[1].agendas] == [video]


def test_nobody_within_the_circle_widens_it(listed, visitor):
    listed("Far Away", km=50)

    found = search(visitor, around())

    assert names(found) == ["Far Away"]
    assert found.query.radius_km == 100


def test_circle_asked_for_by_a_program_is_kept(listed, visitor):
    listed("Far Away", km=50)

    assert search(visitor, around(), widen=False).results == []
    assert names(search(visitor, around(radius_km=51), widen=False)) == ["Far Away"]
    assert search(visitor, around(radius_km=49), widen=False).results == []


def test_page_past_the_end_is_empty_and_its_search_the_same(listed, visitor):
    listed("Far Away", km=50)

    found = search(visitor, around(), page=3)

    assert (found.results, found.query.radius_km, found.facets.total) == ([], 100, 1)


def test_specialty_and_place_narrow_the_search(listed, visitor, dermatology, lyon):
    listed("Skin Lilas", specialty=dermatology)
    listed("Skin Lyon", specialty=dermatology, place=lyon)
    listed("General Lyon", place=lyon)

    assert names(search(visitor, SearchQuery(specialty=dermatology, place=lyon))) == ["Skin Lyon"]
    assert sorted(names(search(visitor, SearchQuery(specialty=dermatology)))) == ["Skin Lilas", "Skin Lyon"]
    assert sorted(names(search(visitor, SearchQuery(place=lyon)))) == ["General Lyon", "Skin Lyon"]


def test_place_without_coordinates_stands_for_its_department(listed, visitor):
    lost = PlaceFactory(insee="98612", name="Sigave", slug="sigave", department="986", latitude=None, longitude=None)
    same = PlaceFactory(insee="98611", name="Alo", slug="alo", department="986", latitude=None, longitude=None)
    listed("Wallis Futuna", place=same)
    listed("Les Lilas")

    found = search(visitor, SearchQuery(place=lost))

    assert names(found) == ["Wallis Futuna"]
    assert found.results[0].best.distance_km is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"mode": Mode.VIDEO}, "Video"),
        ({"sector": "c3"}, "Sector"),
        ({"language": "pt"}, "Language"),
        ({"wheelchair": True}, "Wheelchair"),
        ({"available_before": datetime(2026, 11, 23, 9, 45, tzinfo=UTC)}, "Soon"),
    ],
)
def test_filter_keeps_who_suits(listed, visitor, wanted, expected):
    listed("The Video", offer={"modes": [Mode.OFFICE, Mode.VIDEO]}, video_link="https://visio.example/x")
    listed("The Sector", person={"sector": "c3"})
    listed("The Language", person={"languages": ["fr", "pt"]})
    listed("The Wheelchair", location={"wheelchair_accessible": True})
    listed("The Soon", offer={"notice_minutes": 15, "step_minutes": 10})

    assert names(search(visitor, around(**wanted))) == [f"The {expected}"]


def test_new_patients_and_online_filters_leave_out_who_does_not_take_them(listed, visitor):
    listed("Known Only", offer={"audience": Audience.KNOWN})
    listed("No New", accepts_new_patients=False)
    listed("Not Online", bookable=False)
    listed("Open Wide")

    assert names(search(visitor, around(new_patients=True))) == ["Open Wide"]
    assert sorted(names(search(visitor, around(bookable=True)))) == ["Known Only", "No New", "Open Wide"]


def test_reason_filter_takes_the_practices_own_or_the_usual_one(listed, visitor):
    one = listed("With Reason")
    listed("Without Reason")
    reason = one.reasons.get().visit_reason

    assert names(search(visitor, around(reason=reason.uid))) == ["With Reason"]
    assert names(search(visitor, around(reason="consultation"))) == []


def test_video_without_a_link_is_no_mode(listed, visitor):
    listed("No Link", offer={"modes": [Mode.OFFICE, Mode.VIDEO]})

    found = search(visitor, around(mode=Mode.VIDEO))

    assert found.results == []
    assert found.facets.values["mode"] == {"office"}


def test_facets_name_only_what_exists_and_ignore_the_filters(listed, visitor):
    listed("One Two", person={"languages": ["fr", "it"], "sector": "c1"})
    listed("Three Four", offer={"audience": Audience.KNOWN}, location={"wheelchair_accessible": True})

    found = search(visitor, around(language="it"))

    assert names(found) == ["One Two"]
    assert found.facets.total == 1
    assert found.facets.values == {
        "mode": {"office"},
        "language": {"fr", "it"},
        "sector": {"c1"},
        "wheelchair": {""},
        "new_patients": {""},
        "bookable": {""},
    }


def test_count_stops_where_counting_would_cost(listed, visitor, monkeypatch):
    monkeypatch.setattr(facets, "COUNTED", 2)
    for n in range(3):
        listed(f"Twin N{n}")

    assert search(visitor, around()).facets.total is None


def test_price_and_online_blocks_do_not_move_anybody(listed, visitor):
    agendas = [listed(f"Person N{n}", km=n) for n in range(4)]
    before = names(search(visitor, around()))

    agendas[0].reasons.update(price_cents=100_00)
    OnlineBlock.objects.create(agenda=agendas[1], cause=BlockCause.BILLING)
    refresh_all(agenda.practitioner_id for agenda in agendas)

    assert names(search(visitor, around())) == before == [f"Person N{n}" for n in range(4)]


def test_ranking_has_no_input_but_these():
    """A column or a table of money would have to be added here first (CSP R.4127-80)."""
    assert {field.name for field in Listing._meta.get_fields()} == {
        "id",
        "agenda",
        "site",
        "practitioner",
        "specialty",
        "place",
        "department",
        "cell",
        "latitude",
        "longitude",
        "northing",
        "sector",
        "languages",
        "modes",
        "wheelchair",
        "new_patients",
        "bookable",
        "alone",
        "next_start",
        "stale_at",
        "refreshed_at",
    }
    source = inspect.getsource(ranking.keys) + inspect.getsource(ranking.tie)
    for word in ("price", "sector", "subscription", "plan", "user", "created", "block"):
        assert word not in source


def test_first_hour_is_the_earliest_of_every_reason_open_to_the_public(listed, visitor):
    agenda = listed("Two Reasons", offer={"notice_minutes": 24 * 60})
    AgendaReasonFactory(agenda=agenda, notice_minutes=120)
    AgendaReasonFactory(agenda=agenda, notice_minutes=0, audience=Audience.KNOWN)
    refresh_all([agenda.practitioner_id])

    assert Listing.objects.get().next_start == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_search_far_from_europe_measures_as_well(visitor, listed):
    reunion = PlaceFactory(
        insee="97411",
        name="Saint-Denis",
        slug="saint-denis-974",
        department="974",
        latitude=-20.8789,
        longitude=55.4481,
        timezone="Indian/Reunion",
    )
    listed("Near Barachois", place=reunion, km=-2)
    listed("Far Barachois", place=reunion, km=-15)

    found = search(visitor, SearchQuery(place=reunion))

    assert names(found) == ["Near Barachois", "Far Barachois"]
    assert [round(result.best.distance_km) for result in found.results] == [2, 15]


def test_unpublished_since_is_left_out_although_the_row_is_there(listed, visitor):
    agenda = listed("Struck Off")
    type(agenda.practitioner).objects.update(verification="declared")

    assert search(visitor, around()).results == []


def test_agenda_open_at_night_counts_from_its_own_hour(visitor, general_practice):
    agenda = BookableAgendaFactory(
        location=LocationFactory(place=PlaceFactory()),
        practitioner__specialty=SpecialtyFactory(),
        hours__start_time=time(20),
        hours__end_time=time(23),
    )
    refresh_all([agenda.practitioner_id])

    assert search(visitor, around()).results[0].best.listing.next_start == datetime(2026, 11, 23, 19, tzinfo=UTC)
