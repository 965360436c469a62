"""Agendas through the API: who reads and writes them, what is refused, what each write leaves behind."""

import pytest

from practitioners.enums import BlockCause, Role
from practitioners.models import Agenda, OnlineBlock
from tests.desk import events, everything_written, new_location, problem, refreshed, statements
from tests.factories import AgendaFactory, LocationFactory, MembershipFactory, PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db

NOBODY = ("alice", "ended", "pending", "later")


def ids(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["results"]}


def path_of(agenda):
    return f"/agendas/{agenda.uid}"


def wanted(desk, **more):
    return {"practitioner": "dr-martin", "location": str(new_location(desk.practice).uid), **more}


def test_list_holds_the_agendas_one_runs(desk):
    first, second = str(desk.agenda.uid), str(desk.second.uid)

    assert ids(desk.call("martin", "get", "/agendas")) == {first, second}
    assert ids(desk.call("anna", "get", "/agendas")) == {first, second}
    assert ids(desk.call("sophie", "get", "/agendas")) == {first}
    assert ids(desk.call("paul", "get", "/agendas")) == {second}
    assert ids(desk.call("lea", "get", "/agendas")) == {second}
    assert ids(desk.call("diallo", "get", "/agendas")) == {str(desk.elsewhere.uid)}


@pytest.mark.parametrize("name", NOBODY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_agendas_are_not_there_for_others(desk, name, method):
    assert problem(desk.call(name, method, "/agendas", {} if method == "post" else None)) == (404, "not_found")


@pytest.mark.parametrize("name", NOBODY)
def test_a_past_or_future_member_may_not_name_the_space(desk, name):
    response = desk.call(name, "get", "/agendas", **{"X-Space": f"practice:{desk.practice.uid}"})

    assert problem(response) == (403, "wrong_space")


@pytest.mark.parametrize("path", ["/agendas", "/visit-reasons", "/opening-hours", "/absences"])
def test_a_second_factor_is_asked(desk, path):
    assert problem(desk.call("", "get", path)) == (401, "not_authenticated")
    assert problem(desk.call("martin", "get", path, strong=False)) == (403, "second_factor_required")
    assert desk.call("martin", "get", path).status_code == 200


def test_an_agenda_of_another_practice_is_like_none(desk):
    missing = desk.call("martin", "get", "/agendas/00000000-0000-0000-0000-000000000000")
    foreign = desk.call("martin", "get", path_of(desk.elsewhere))

    assert foreign.status_code == 404
    assert foreign.content == missing.content
    assert problem(desk.call("sophie", "get", path_of(desk.second))) == (404, "not_found")


def test_an_agenda_says_where_it_is_and_what_closes_it(desk):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.BILLING)

    answer = desk.call("sophie", "get", path_of(desk.agenda)).json()

    assert answer["practitioner"] == {"slug": "dr-martin", "name": desk.agenda.practitioner.display_name}
    assert (answer["location"]["id"], answer["timezone"]) == (str(desk.agenda.location.uid), "Europe/Paris")
    assert (answer["online"], [block["cause"] for block in answer["online_blocks"]]) == (True, ["billing"])


def test_the_owner_opens_an_agenda(desk):
    body = wanted(desk, accepts_new_patients=False, video_link="https://visio.example/salle", upcoming_limit=3)

    response = desk.call("martin", "post", "/agendas", body)

    assert response.status_code == 201, response.content
    agenda = Agenda.objects.get(uid=response.json()["id"])
    assert (agenda.practice, str(agenda.location.uid)) == (desk.practice, body["location"])
    assert (agenda.accepts_new_patients, agenda.video_link, agenda.upcoming_limit, agenda.repeat_limit_days) == (
        False,
        "https://visio.example/salle",
        3,
        6,
    )
    assert response.json()["online_blocks"] == []
    (event,) = events("practitioners.create_agenda")
    assert (event.target_id, event.practice_id, event.user_id) == (
        agenda.pk,
        desk.practice.pk,
        desk.users["martin"].pk,
    )
    assert event.facts == {"practitioner": agenda.practitioner_id, "location": agenda.location_id, "online": True}
    assert refreshed() == [agenda.practitioner_id]


def test_a_repeated_request_opens_one_agenda(desk):
    body = wanted(desk)

    first = desk.call("martin", "post", "/agendas", body, key="once")
    again = desk.call("martin", "post", "/agendas", body, key="once")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert len(events("practitioners.create_agenda")) == 1


def test_an_agenda_needs_an_idempotency_key(desk):
    client_less = desk.call("martin", "post", "/agendas", wanted(desk), **{"Idempotency-Key": ""})

    assert problem(client_less) == (400, "idempotency_key_required")


@pytest.mark.parametrize("name", ["sophie", "anna", "paul", "lea"])
def test_only_the_owner_opens_agendas(desk, name):
    body, before = wanted(desk), everything_written()

    assert problem(desk.call(name, "post", "/agendas", body)) == (404, "not_found")
    assert everything_written() == before


def test_a_practitioner_or_location_of_others_is_refused_without_effect(desk):
    stranger = PractitionerFactory(slug="dr-stranger")
    foreign = LocationFactory(practice=desk.elsewhere.practice)
    before = everything_written()

    for body in (
        wanted(desk, practitioner="dr-diallo"),
        wanted(desk, practitioner=stranger.slug),
        wanted(desk, practitioner="dr-nobody"),
        wanted(desk, location=str(foreign.uid)),
    ):
        assert problem(desk.call("martin", "post", "/agendas", body)) == (404, "not_found")
    assert everything_written() == before
    assert Agenda.objects.count() == 3


def test_a_member_who_practises_may_be_given_a_first_agenda(desk):
    user = UserFactory()
    MembershipFactory(user=user, practice=desk.practice, role=Role.PRACTITIONER)
    PractitionerFactory(slug="dr-new", user=user)

    assert desk.call("martin", "post", "/agendas", wanted(desk, practitioner="dr-new")).status_code == 201


def test_one_agenda_per_practitioner_and_location(desk):
    body = {"practitioner": "dr-martin", "location": str(desk.agenda.location.uid)}
    before = everything_written()

    assert problem(desk.call("martin", "post", "/agendas", body)) == (409, "agenda_exists")
    assert everything_written() == before


def test_a_new_agenda_is_no_way_around_a_block(desk):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.VERIFICATION)
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.OWNER)
    OnlineBlock.objects.create(agenda=desk.second, cause=BlockCause.BILLING)
    OnlineBlock.objects.create(agenda=desk.second, cause=BlockCause.REGISTER)

    answer = desk.call("martin", "post", "/agendas", wanted(desk)).json()

    assert {block["cause"] for block in answer["online_blocks"]} == {"verification", "billing"}


def test_changing_an_agenda_writes_what_differs(desk):
    response = desk.call(
        "sophie",
        "patch",
        path_of(desk.agenda),
        {"accepts_new_patients": False, "repeat_limit_days": 6, "video_link": "https://visio.example/a"},
    )

    assert response.status_code == 200, response.content
    desk.agenda.refresh_from_db()
    assert (desk.agenda.accepts_new_patients, desk.agenda.video_link) == (False, "https://visio.example/a")
    (event,) = events("practitioners.change_agenda")
    assert event.facts == {
        "changed": ["accepts_new_patients", "video_link"],
        "accepts_new_patients": [True, False],
    }
    assert refreshed() == [desk.agenda.practitioner_id]


def test_a_change_that_changes_nothing_leaves_no_trace(desk):
    before = everything_written()

    assert desk.call("sophie", "patch", path_of(desk.agenda), {"online": True}).status_code == 200
    assert desk.call("sophie", "patch", path_of(desk.agenda), {}).status_code == 200
    assert everything_written() == before


def test_the_switch_moves_the_practice_block_only(desk):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.VERIFICATION)

    closed = desk.call("martin", "patch", path_of(desk.agenda), {"online": False}).json()
    desk.call("martin", "patch", path_of(desk.agenda), {"online": False})
    opened = desk.call("martin", "patch", path_of(desk.agenda), {"online": True}).json()

    assert (closed["online"], {b["cause"] for b in closed["online_blocks"]}) == (False, {"owner", "verification"})
    assert (opened["online"], [b["cause"] for b in opened["online_blocks"]]) == (True, ["verification"])
    assert OnlineBlock.objects.filter(cause=BlockCause.OWNER, closed_at__isnull=False).count() == 1
    assert [event.facts["online"] for event in events("practitioners.change_agenda")] == [[True, False], [False, True]]
    assert not Agenda.objects.bookable().filter(pk=desk.agenda.pk).exists()


def test_a_locum_reads_the_agenda_and_does_not_arrange_it(desk):
    assert desk.call("lea", "get", path_of(desk.second)).status_code == 200
    assert problem(desk.call("lea", "patch", path_of(desk.second), {"online": False})) == (404, "not_found")
    assert not OnlineBlock.objects.exists()


@pytest.mark.parametrize("name", ["sophie", "lea", "diallo", "alice"])
def test_an_agenda_of_others_is_not_changed(desk, name):
    target = desk.agenda if name in ("lea", "diallo", "alice") else desk.second
    before = everything_written()

    assert desk.call(name, "patch", path_of(target), {"accepts_new_patients": False}).status_code == 404
    target.refresh_from_db()
    assert (target.accepts_new_patients, everything_written()) == (True, before)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"repeat_limit_days": 367}, 422, "value_out_of_range"),
        ({"repeat_limit_days": -1}, 422, "value_out_of_range"),
        ({"repeat_limit_days": 10**18}, 422, "value_out_of_range"),
        ({"upcoming_limit": 0}, 422, "value_out_of_range"),
        ({"upcoming_limit": 1_000_000}, 422, "value_out_of_range"),
        ({"upcoming_limit": 10**30}, 400, "malformed_request"),
        ({"upcoming_limit": "many"}, 400, "invalid"),
        ({"upcoming_limit": True}, 400, "invalid"),
        ({"upcoming_limit": None}, 400, "invalid"),
        ({"accepts_new_patients": "perhaps"}, 400, "invalid"),
        ({"accepts_new_patients": []}, 400, "invalid"),
        ({"online": None}, 400, "invalid"),
        ({"video_link": "http://visio.example/a"}, 422, "video_link_invalid"),
        ({"video_link": "javascript:alert(1)"}, 422, "video_link_invalid"),
        ({"video_link": "https://bank.example@visio.example/a"}, 422, "video_link_invalid"),
        ({"video_link": "https://"}, 422, "video_link_invalid"),
        ({"video_link": "https://[::1"}, 422, "video_link_invalid"),
        ({"video_link": "visio.example"}, 422, "video_link_invalid"),
        ({"video_link": "https://visio.example/" + "a" * 200}, 400, "invalid"),
        ({"video_link": 12.5}, 422, "video_link_invalid"),
        ({"video_link": {}}, 400, "invalid"),
        ('{"video_link": "https://visio.example/\\u0000"}', 400, "malformed_request"),
        ("[]", 400, "malformed_request"),
    ],
)
def test_a_value_out_of_its_limits_is_refused(desk, body, status, code):
    before = everything_written()

    assert problem(desk.call("martin", "patch", path_of(desk.agenda), body)) == (status, code)
    assert everything_written() == before


def test_a_refused_number_says_its_limits(desk):
    answer = desk.call("martin", "patch", path_of(desk.agenda), {"upcoming_limit": 51}).json()

    assert (answer["field"], answer["minimum"], answer["maximum"]) == ("upcoming_limit", 1, 50)


def test_the_list_takes_as_many_statements_for_three_as_for_one(desk):
    desk.call("sophie", "get", "/agendas")
    one, few = statements(lambda: desk.call("sophie", "get", "/agendas"))
    for _ in range(2):
        agenda = AgendaFactory(practice=desk.practice)
        OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
        desk.users["sophie"].memberships.get().agendas.add(agenda)
    three, many = statements(lambda: desk.call("sophie", "get", "/agendas"))

    assert (one.json()["count"], three.json()["count"]) == (1, 3)
    assert few == many


def test_pages_are_as_long_as_asked(desk):
    first = desk.call("martin", "get", "/agendas?page_size=1").json()

    assert (first["count"], len(first["results"])) == (2, 1)
    assert first["next"].endswith("page=2&page_size=1")
