"""The directory through the API: the contract's shapes, its filters, and what it refuses."""

import json

import pytest
from django.urls import reverse

from booking.search.refresh import refresh_all
from practitioners.enums import Audience, Mode
from practitioners.models import VisitQuestion
from tests.factories import AgendaReasonFactory, PlaceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def get(client, address, **parameters):
    response = client.get(f"/api/v1/{address}", parameters)
    assert response.status_code == 200, response.content
    return response.json()


def names(answer):
    return [result["name"] for result in answer["results"]]


def test_specialties_are_one_plain_list(client, dermatology, general_practice):
    assert get(client, "specialties") == [
        {"slug": "medecin-generaliste", "name": "Médecin généraliste", "profession": "10"},
        {"slug": "dermatologue", "name": "Dermatologue", "profession": "10"},
    ]


def test_places_are_found_by_name_and_postcode_most_populous_first(client, lyon):
    PlaceFactory(insee="93071", name="Les Lilas-le-Bourg", slug="bourg", postcodes=["93261"], population=10)
    PlaceFactory()

    found = get(client, "places", q="les lil")

    assert [place["insee"] for place in found["results"]] == ["93045", "93071"]
    assert (found["count"], found["next"], found["previous"]) == (2, None, None)
    assert get(client, "places", q="69002")["results"] == [
        {
            "insee": "69123",
            "name": "Lyon",
            "postcodes": ["69001", "69002"],
            "department": "69",
            "latitude": 45.764,
            "longitude": 4.8357,
            "population": 522000,
            "timezone": "Europe/Paris",
        }
    ]
    assert get(client, "places")["results"] == []


def test_practitioner_has_the_shape_of_the_contract(client, listed):
    agenda = listed("Ana Roux", km=0.6, person={"sector": "c1", "slug": "dr-ana-roux"})

    answer = get(client, "practitioners", specialty="medecin-generaliste", place="93045")

    assert answer == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "slug": "dr-ana-roux",
                "name": "Ana Roux",
                "title": "Dr",
                "specialty": "medecin-generaliste",
                "sector": "c1",
                "languages": ["fr"],
                "bookable": True,
                "phone": "+33199001234",
                "agendas": [
                    {
                        "id": str(agenda.uid),
                        "location": {
                            "name": "Cabinet du parc",
                            "street": "12 rue de Paris",
                            "postcode": "93260",
                            "city": "Les Lilas",
                            "latitude": pytest.approx(48.8854, abs=0.001),
                            "longitude": 2.416,
                        },
                        "timezone": "Europe/Paris",
                        "distance_km": 0.6,
                        "next_slot": "2026-11-23T11:00:00+01:00",
                    }
                ],
                "sites": [],
            }
        ],
    }


def test_next_slot_is_one_that_availabilities_offer(client, listed):
    agenda = listed("Ana Roux")
    found = get(client, "practitioners")["results"][0]["agendas"][0]
    reason = agenda.reasons.get().visit_reason

    days = get(client, "availabilities", visit_reason=str(reason.uid), agendas=found["id"])["days"]

    assert days[0]["slots"][0]["start"] == found["next_slot"]


def test_every_agenda_that_suits_is_listed_the_nearest_first(client, listed):
    near = listed("Ana Roux", km=1)
    far = listed(practitioner=near.practitioner, km=5)

    found = get(client, "practitioners", near="48.88,2.416")["results"]

    assert [[agenda["id"] for agenda in result["agendas"]] for result in found] == [[str(near.uid), str(far.uid)]]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"specialty": "dermatologue"}, ["Ana Skin"]),
        ({"place": "69123"}, ["Bea Lyon"]),
        ({"near": "45.764,4.8357", "radius_km": "3"}, ["Bea Lyon"]),
        ({"near": "46.764,4.8357"}, []),
        ({"near": "46.2,4.8357", "radius_km": "60"}, ["Bea Lyon"]),
        ({"q": "skin"}, ["Ana Skin"]),
        ({"q": "dr lyno"}, ["Bea Lyon"]),
        ({"q": "dermato"}, ["Ana Skin"]),
        ({"q": "nobody"}, []),
        ({"mode": "video"}, ["Cleo Video"]),
        ({"sector": "c3"}, ["Dora Sector"]),
        ({"language": "pt"}, ["Elia Language"]),
        ({"wheelchair": "true"}, ["Fina Access"]),
        ({"available_before": "2026-11-23"}, []),
        ({"reason": "unknown-reason"}, []),
        ({"reason": "4f2a3c1e-0000-4000-8000-000000000000"}, []),
    ],
)
def test_each_parameter_narrows_the_search(client, listed, dermatology, lyon, parameters, expected):
    listed("Ana Skin", specialty=dermatology)
    listed("Bea Lyon", place=lyon)
    listed("Cleo Video", offer={"modes": [Mode.VIDEO]}, video_link="https://visio.example/x")
    listed("Dora Sector", person={"sector": "c3"})
    listed("Elia Language", person={"languages": ["fr", "pt"]})
    listed("Fina Access", location={"wheelchair_accessible": True})

    assert names(get(client, "practitioners", **parameters)) == expected


def test_bookable_and_new_patients(client, listed):
    listed("Ana Online")
    listed("Bea Known", offer={"audience": Audience.KNOWN})
    listed("Cleo Phone", bookable=False)

    assert sorted(names(get(client, "practitioners", bookable="true"))) == ["Ana Online", "Bea Known"]
    assert names(get(client, "practitioners", new_patients="true")) == ["Ana Online"]
    by_name = {result["name"]: result for result in get(client, "practitioners")["results"]}
    assert (by_name["Cleo Phone"]["bookable"], by_name["Cleo Phone"]["agendas"][0]["next_slot"]) == (False, None)


def test_orderings(client, listed):
    listed("Near Late", offer={"notice_minutes": 300})
    listed("Far Early", km=5)

    assert names(get(client, "practitioners", place="93045")) == ["Near Late", "Far Early"]
    assert names(get(client, "practitioners", place="93045", ordering="availability")) == ["Far Early", "Near Late"]
    assert names(get(client, "practitioners", place="93045", available_before="2026-11-23T11:00:00Z")) == ["Far Early"]


def test_pages_lead_to_one_another(client, listed):
    for n in range(3):
        listed(f"Person N{n}", km=n)

    first = get(client, "practitioners", place="93045", page_size=2)
    second = client.get(first["next"]).json()

    assert (names(first), names(second)) == (["Person N0", "Person N1"], ["Person N2"])
    assert (first["count"], second["next"]) == (3, None)
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_profile_tells_what_each_agenda_offers(client, listed):
    agenda = listed("Ana Roux", person={"slug": "dr-ana-roux"}, offer={"price_cents": 3000, "duration_minutes": 30})
    offer = agenda.reasons.get()
    offer.visit_reason.instructions = "Apportez votre carte."
    offer.visit_reason.save()
    question = VisitQuestion.objects.create(visit_reason=offer.visit_reason, text="Êtes-vous enceinte ?")
    known = AgendaReasonFactory(agenda=agenda, audience=Audience.KNOWN, visit_reason__position=2)
    AgendaReasonFactory(agenda=agenda, online=False)
    refresh_all([agenda.practitioner_id])

    found = get(client, "practitioners/dr-ana-roux")

    shown = found["agendas"][0]
    assert (found["slug"], shown["id"], shown["next_slot"]) == (
        "dr-ana-roux",
        str(agenda.uid),
        "2026-11-23T11:00:00+01:00",
    )
    assert [reason["id"] for reason in shown["visit_reasons"]] == [
        str(offer.visit_reason.uid),
        str(known.visit_reason.uid),
    ]
    assert shown["visit_reasons"][0] == {
        "id": str(offer.visit_reason.uid),
        "name": "Consultation",
        "duration_minutes": 30,
        "modes": ["office"],
        "price_cents": 3000,
        "new_patients": True,
        "before_booking": "",
        "instructions": "Apportez votre carte.",
        "questions": [{"id": str(question.uid), "text": "Êtes-vous enceinte ?"}],
    }
    assert not shown["visit_reasons"][1]["new_patients"]


def test_unpublished_profile_is_not_there(client, listed):
    agenda = listed("Ana Roux", person={"slug": "dr-ana-roux"})
    agenda.practitioner.verification = "declared"
    agenda.practitioner.save()

    for slug in ("dr-ana-roux", "nobody"):
        response = client.get(f"/api/v1/practitioners/{slug}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert get(client, "practitioners")["results"] == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("specialty", "astrologue"),
        ("specialty", "A B"),
        ("place", "99999"),
        ("place", "x"),
        ("near", "999,2"),
        ("near", "48,999"),
        ("near", "nan,2"),
        ("near", "48"),
        ("near", "48,2,3"),
        ("radius_km", "0"),
        ("radius_km", "-3"),
        ("radius_km", "1e9"),
        ("radius_km", "nan"),
        ("radius_km", "inf"),
        ("q", "a" * 10_000),
        ("reason", "no such reason"),
        ("mode", "swim"),
        ("sector", "1"),
        ("language", "klingon"),
        ("new_patients", "maybe"),
        ("bookable", "maybe"),
        ("available_before", "tomorrow"),
        ("available_before", "2026-13-01"),
        ("available_before", "9999-12-31"),
        ("available_before", "2026-12-01T10:00:00"),
        ("ordering", "price"),
        ("page", "0"),
        ("page", "x"),
        ("page", "10000000000000000000000"),
        ("page_size", "1000"),
    ],
)
def test_malformed_parameter_is_refused_by_name(client, dermatology, parameter, value):
    response = client.get("/api/v1/practitioners", {parameter: value})

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["code"] == "invalid"
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/{parameter}"]


@pytest.mark.parametrize("address", ["practitioners", "places"])
def test_null_character_is_refused(client, address):
    response = client.get(f"/api/v1/{address}?q=a%00b")

    assert (response.status_code, json.loads(response.content)["status"]) == (400, 400)


@pytest.mark.parametrize("q", ["%", "_", "\\", "'; DROP TABLE booking_listing; --", "\u202eevil", "🦷"])
def test_odd_words_find_nobody(client, listed, q):
    listed("Ana Roux")

    assert get(client, "practitioners", q=q)["results"] == []


def test_answers_are_the_same_for_all_and_may_be_kept_a_moment(client, listed):
    listed("Ana Roux", person={"slug": "dr-ana-roux"})

    kept = {
        address: client.get(f"/api/v1/{address}")["Cache-Control"]
        for address in ("specialties", "places", "practitioners", "practitioners/dr-ana-roux")
    }

    assert kept == {
        "specialties": "public, max-age=60",
        "places": "public, max-age=60",
        "practitioners": "public, max-age=5",
        "practitioners/dr-ana-roux": "public, max-age=5",
    }


def test_only_reading_is_admitted(client):
    for name in ("specialties", "places", "practitioners"):
        assert client.post(reverse(f"booking_api:{name}")).status_code == 405
