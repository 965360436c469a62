"""How an agenda offers a reason, through the API: its terms, its limits, and the visits that keep theirs."""

import pytest

from booking.models import OpeningHours
from practitioners.models import AgendaReason
from tests.desk import events, everything_written, new_offer, problem, refreshed
from tests.factories import AppointmentFactory, OpeningHoursFactory, SpecialtyFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db

MISSING = "00000000-0000-0000-0000-000000000000"


def path_of(reason, agenda):
    return f"/visit-reasons/{getattr(reason, 'uid', reason)}/offers/{getattr(agenda, 'uid', agenda)}"


@pytest.fixture
def reason(desk):
    return VisitReasonFactory(practice=desk.practice, name="Vaccin")


@pytest.fixture
def terms():
    return {"duration_minutes": 15, "modes": ["office", "phone", "office"]}


def test_an_offer_is_put_on_its_usual_terms(desk, reason, terms):
    response = desk.call("sophie", "put", path_of(reason, desk.agenda), terms)

    assert response.status_code == 200, response.content
    assert response.json() == {
        "agenda": str(desk.agenda.uid),
        "duration_minutes": 15,
        "step_minutes": 15,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "notice_minutes": 60,
        "horizon_days": 90,
        "change_until_minutes": 240,
        "daily_quota": None,
        "price_cents": None,
        "modes": ["office", "phone"],
        "audience": "everyone",
        "online": True,
        "referrals": False,
    }
    offer = AgendaReason.objects.get(visit_reason=reason)
    (event,) = events("practitioners.add_offer")
    assert (event.target_id, event.practice_id) == (offer.pk, desk.practice.pk)
    assert (event.facts["agenda"], event.facts["duration_minutes"]) == (desk.agenda.pk, 15)
    assert refreshed() == [desk.agenda.practitioner_id]


def test_an_offer_put_again_is_replaced_whole(desk, reason, terms):
    path = path_of(reason, desk.agenda)
    desk.call("sophie", "put", path, {**terms, "price_cents": 3000, "notice_minutes": 0, "step_minutes": 5})

    again = desk.call("sophie", "put", path, terms).json()

    assert (again["price_cents"], again["notice_minutes"], again["step_minutes"]) == (None, 60, 15)
    assert AgendaReason.objects.filter(visit_reason=reason).count() == 1
    (event,) = events("practitioners.change_offer")
    assert event.facts["price_cents"] == [3000, None]


def test_a_change_keeps_the_other_terms_and_what_is_booked(desk):
    reason = desk.offer.visit_reason
    visit = AppointmentFactory(agenda=desk.agenda, visit_reason=reason, price_cents=2650, buffer_after_minutes=5)
    before = (visit.start_at, visit.end_at, 2650, 0, 5, 240, "Consultation")
    change = {
        "duration_minutes": 45,
        "price_cents": 5000,
        "buffer_before_minutes": 10,
        "buffer_after_minutes": 15,
        "change_until_minutes": 0,
        "daily_quota": 4,
    }

    response = desk.call("sophie", "patch", path_of(reason, desk.agenda), change)

    assert response.status_code == 200, response.content
    assert {**response.json(), **change} == response.json()
    assert response.json()["step_minutes"] == 20
    visit.refresh_from_db()
    kept = (visit.buffer_before_minutes, visit.buffer_after_minutes, visit.change_until_minutes, visit.reason_name)
    assert (visit.start_at, visit.end_at, visit.price_cents, *kept) == before
    (event,) = events("practitioners.change_offer")
    assert event.facts["duration_minutes"] == [20, 45]
    assert event.facts["price_cents"] == [None, 5000]
    assert event.facts["changed"] == sorted(change)


def test_the_same_terms_leave_no_trace(desk):
    before = everything_written()
    path = path_of(desk.offer.visit_reason, desk.agenda)

    assert desk.call("sophie", "patch", path, {"duration_minutes": 20, "modes": ["office"]}).status_code == 200
    assert everything_written() == before


def test_an_offer_is_removed_and_its_visits_stay(desk):
    offer = desk.offer
    visit = AppointmentFactory(agenda=desk.agenda, visit_reason=offer.visit_reason)
    window = OpeningHoursFactory(agenda=desk.agenda, accepts_all_reasons=False)
    window.reasons.set([offer])
    path = path_of(offer.visit_reason, desk.agenda)

    assert desk.call("sophie", "delete", path).status_code == 204
    assert desk.call("sophie", "delete", path).status_code == 404
    assert desk.call("sophie", "get", path).status_code == 404
    visit.refresh_from_db()
    assert visit.status == "booked"
    # The window that took this reason alone takes none now: it did not become one for all.
    assert (window.reasons.count(), OpeningHours.objects.get(pk=window.pk).accepts_all_reasons) == (0, False)
    (event,) = events("practitioners.remove_offer")
    assert (event.target_id, event.facts["visit_reason"]) == (offer.pk, offer.visit_reason_id)
    assert refreshed() == [desk.agenda.practitioner_id]


def test_video_needs_the_link_of_the_agenda(desk, reason, terms):
    path, video = path_of(reason, desk.agenda), {**terms, "modes": ["video"]}

    assert problem(desk.call("martin", "put", path, video)) == (422, "video_link_required")
    desk.call("martin", "put", path, terms)
    assert problem(desk.call("martin", "patch", path, {"modes": ["video"]})) == (422, "video_link_required")
    desk.call("martin", "patch", f"/agendas/{desk.agenda.uid}", {"video_link": "https://visio.example/a"})
    assert desk.call("martin", "patch", path, {"modes": ["video"]}).json()["modes"] == ["video"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
@pytest.mark.parametrize("name", ["lea", "ended", "pending", "later", "diallo", "alice"])
def test_offers_of_a_practice_are_not_there_for_others(desk, terms, name, method):
    offer, before = desk.second.reasons.get(), everything_written()

    response = desk.call(name, method, path_of(offer.visit_reason, desk.second), terms)

    assert problem(response) == (404, "not_found")
    assert (everything_written(), AgendaReason.objects.filter(pk=offer.pk).exists()) == (before, True)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_secretary_of_another_agenda_does_not_reach_the_offer(desk, terms, method):
    reason = desk.second.reasons.get().visit_reason

    assert problem(desk.call("sophie", method, path_of(reason, desk.second), terms)) == (404, "not_found")
    assert AgendaReason.objects.filter(visit_reason=reason).exists()


def test_reasons_and_agendas_of_two_practices_never_meet(desk, reason, terms):
    theirs = desk.elsewhere.reasons.get().visit_reason
    before = everything_written()

    for path in (
        path_of(reason, desk.elsewhere),
        path_of(theirs, desk.agenda),
        path_of(theirs, desk.elsewhere),
        path_of(reason, MISSING),
        path_of(MISSING, desk.agenda),
    ):
        assert problem(desk.call("martin", "put", path, terms)) == (404, "not_found")
    assert everything_written() == before


def test_a_reason_of_another_specialty_or_archived_is_not_offered(desk, terms):
    other = VisitReasonFactory(practice=desk.practice, specialty=SpecialtyFactory(slug="kine", name="Kiné"))
    archived = VisitReasonFactory(practice=desk.practice, archived_at="2020-01-01T00:00:00Z")

    def put(reason):
        return problem(desk.call("martin", "put", path_of(reason, desk.agenda), terms))

    assert put(other) == (422, "specialty_mismatch")
    assert put(archived) == (422, "reason_archived")


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize(
    ("term", "low", "high"),
    [
        ("duration_minutes", 5, 480),
        ("step_minutes", 5, 480),
        ("buffer_before_minutes", 0, 240),
        ("buffer_after_minutes", 0, 240),
        ("notice_minutes", 0, 527_040),
        ("horizon_days", 1, 366),
        ("change_until_minutes", 0, 527_040),
        ("daily_quota", 1, 288),
        ("price_cents", 0, 1_000_000),
    ],
)
def test_each_number_has_its_limits(desk, reason, terms, method, term, low, high):
    path = path_of(reason, desk.agenda)
    new_offer(desk.agenda, visit_reason=reason)

    def send(value):
        body = {term: value} if method == "patch" else {**terms, term: value}
        return desk.call("martin", method, path, body)

    for value in (low, high):
        assert send(value).json()[term] == value
    for value in (low - 1, high + 1, 10**9, -(10**9)):
        refused = send(value)
        assert problem(refused) == (422, "value_out_of_range")
        assert (refused.json()["field"], refused.json()["minimum"], refused.json()["maximum"]) == (term, low, high)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"modes": []}, 422, "modes_empty"),
        ({"modes": ["fax"]}, 400, "invalid"),
        ({"modes": "office"}, 400, "invalid"),
        ({"modes": None}, 400, "invalid"),
        ({"modes": [["office"]]}, 400, "invalid"),
        ({"modes": ["office"] * 21}, 400, "invalid"),
        ({"audience": "friends"}, 400, "invalid"),
        ({"online": "perhaps"}, 400, "invalid"),
        ({"duration_minutes": None}, 400, "invalid"),
        ({"duration_minutes": 12.5}, 400, "invalid"),
        ({"duration_minutes": "vingt"}, 400, "invalid"),
        ({"price_cents": {}}, 400, "invalid"),
    ],
)
def test_terms_of_another_type_are_refused(desk, reason, terms, more, status, code):
    before = everything_written()

    assert problem(desk.call("martin", "put", path_of(reason, desk.agenda), {**terms, **more})) == (status, code)
    assert everything_written() == before


def test_an_offer_needs_its_length_and_its_modes(desk, reason):
    answer = desk.call("martin", "put", path_of(reason, desk.agenda), {})

    assert problem(answer) == (400, "invalid")
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/duration_minutes", "/modes"}
