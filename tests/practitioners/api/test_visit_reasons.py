"""The reasons of a practice through the API: questions, archives, and who may write them."""

import pytest

from practitioners.models import AgendaReason, ReasonKind, VisitQuestion, VisitReason
from tests.desk import events, everything_written, new_offer, problem, refreshed, statements
from tests.factories import AppointmentFactory, SpecialtyFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db

WORKERS = ("martin", "sophie", "anna", "paul")
OTHERS = ("lea", "ended", "pending", "later", "diallo", "alice")


def path_of(reason):
    return f"/visit-reasons/{reason.uid}"


@pytest.fixture
def reason(desk):
    return desk.offer.visit_reason


@pytest.fixture
def fields(desk):
    return {"name": "Vaccin", "specialty": desk.agenda.practitioner.specialty.slug}


def names(response):
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


@pytest.mark.parametrize("name", WORKERS)
def test_the_team_writes_the_reasons_of_the_practice(desk, fields, name):
    created = desk.call(name, "post", "/visit-reasons", fields)

    assert created.status_code == 201, created.content
    row = VisitReason.objects.get(uid=created.json()["id"])
    assert (row.practice, row.name, row.tint) == (desk.practice, "Vaccin", 1)
    assert len(names(desk.call(name, "get", "/visit-reasons"))) == 3
    assert desk.call(name, "patch", path_of(row), {"tint": 4}).json()["tint"] == 4


@pytest.mark.parametrize("name", OTHERS)
def test_the_reasons_of_a_practice_are_not_there_for_others(desk, reason, fields, name):
    before = everything_written()

    listed = desk.call(name, "get", "/visit-reasons")
    written = desk.call(name, "post", "/visit-reasons", fields) if name != "diallo" else None

    mine = names(listed) if listed.status_code == 200 else []
    assert reason.name not in mine or name == "diallo"
    assert str(reason.uid) not in listed.content.decode()
    if written is not None:
        assert problem(written) == (404, "not_found")
    assert desk.call(name, "get", path_of(reason)).status_code == 404
    assert desk.call(name, "patch", path_of(reason), {"name": "Vu"}).status_code == 404
    reason.refresh_from_db()
    assert (reason.name, everything_written()) == ("Consultation", before)


def test_a_reason_is_written_whole(desk, fields):
    kind = ReasonKind.objects.create(
        specialty=SpecialtyFactory(), slug="vaccination", name="Vaccination", name_en="Vaccination", modes=["office"]
    )
    body = {
        **fields,
        "kind": kind.slug,
        "before_booking": "Deux lignes\r\nà lire",
        "instructions": "Carnet",
        "discretion": "concealed",
        "tint": 3,
        "position": 7,
        "questions": [{"text": "Première visite ?", "refuse_on": True, "refusal": "Appelez-nous."}],
    }

    answer = desk.call("martin", "post", "/visit-reasons", body).json()

    question = answer.pop("questions")[0]
    assert answer == {
        "id": answer["id"],
        "name": "Vaccin",
        "specialty": "medecin-generaliste",
        "kind": "vaccination",
        "before_booking": "Deux lignes\nà lire",
        "instructions": "Carnet",
        "discretion": "concealed",
        "tint": 3,
        "position": 7,
        "archived": False,
        "offers": [],
    }
    assert question == {
        "id": str(VisitQuestion.objects.get().uid),
        "text": "Première visite ?",
        "refuse_on": True,
        "refusal": "Appelez-nous.",
        "redirect_to": None,
    }
    (event,) = events("practitioners.create_reason")
    assert event.facts == {"specialty": "medecin-generaliste", "questions": 1}


def test_a_repeated_request_adds_one_reason(desk, fields):
    first = desk.call("martin", "post", "/visit-reasons", fields, key="once")
    again = desk.call("martin", "post", "/visit-reasons", fields, key="once")
    other = desk.call("martin", "post", "/visit-reasons", {**fields, "name": "Autre"}, key="once")

    assert first.content == again.content
    assert problem(other) == (422, "idempotency_conflict")
    assert VisitReason.objects.filter(name="Vaccin").count() == 1


def test_the_journal_never_quotes_what_was_written(desk, reason):
    desk.call("martin", "patch", path_of(reason), {"name": "Suivi", "instructions": "À jeun", "tint": 2})

    (event,) = events("practitioners.change_reason")
    assert event.facts == {"changed": ["instructions", "name", "tint"], "tint": [1, 2]}


def test_the_same_values_leave_no_trace(desk, reason):
    before = everything_written()

    assert desk.call("martin", "patch", path_of(reason), {"name": reason.name, "archived": False}).status_code == 200
    assert everything_written() == before


def test_a_changed_name_leaves_what_is_booked_alone(desk, reason):
    visit = AppointmentFactory(agenda=desk.agenda, visit_reason=reason)

    desk.call("martin", "patch", path_of(reason), {"name": "Suivi"})

    visit.refresh_from_db()
    assert visit.reason_name == "Consultation"


def test_an_archived_reason_is_put_away_and_its_visits_stay(desk, reason):
    visit = AppointmentFactory(agenda=desk.agenda, visit_reason=reason)

    archived = desk.call("sophie", "patch", path_of(reason), {"archived": True})

    assert (archived.status_code, archived.json()["archived"]) == (200, True)
    assert str(reason.uid) not in desk.call("sophie", "get", "/visit-reasons").content.decode()
    assert names(desk.call("sophie", "get", "/visit-reasons?archived=true")) == ["Consultation"]
    visit.refresh_from_db()
    assert (visit.status, visit.visit_reason) == ("booked", reason)
    assert refreshed() == [desk.agenda.practitioner_id]
    desk.call("sophie", "patch", path_of(reason), {"archived": False})
    reason.refresh_from_db()
    assert reason.archived_at is None


def test_questions_are_replaced_and_one_that_is_named_keeps_its_identifier(desk, reason):
    other = VisitReasonFactory(practice=desk.practice, name="Urgence")
    first = desk.call("martin", "patch", path_of(reason), {"questions": [{"text": "A ?"}, {"text": "B ?"}]}).json()
    kept = first["questions"][1]["id"]

    second = desk.call(
        "martin",
        "patch",
        path_of(reason),
        {
            "questions": [
                {"id": kept, "text": "B ?", "refuse_on": False, "redirect_to": str(other.uid)},
                {"text": "C ?"},
            ]
        },
    ).json()

    assert [question["text"] for question in second["questions"]] == ["B ?", "C ?"]
    assert (second["questions"][0]["id"], second["questions"][0]["redirect_to"]) == (kept, str(other.uid))
    assert VisitQuestion.objects.filter(visit_reason=reason).count() == 2
    assert [event.facts for event in events("practitioners.change_reason")] == [
        {"changed": ["questions"], "questions": 2},
        {"changed": ["questions"], "questions": 2},
    ]


def test_questions_of_others_are_refused_without_effect(desk, reason):
    foreign = VisitReasonFactory(practice=desk.elsewhere.practice)
    theirs = VisitQuestion.objects.create(visit_reason=foreign, text="Chez eux ?")
    archived = VisitReasonFactory(practice=desk.practice, archived_at="2020-01-01T00:00:00Z")
    VisitQuestion.objects.create(visit_reason=reason, text="Ici ?")
    before = everything_written()

    def answer(**question):
        body = {"questions": [{"text": "Ici ?", **question}]}
        return problem(desk.call("martin", "patch", path_of(reason), body))

    assert answer(id=str(theirs.uid)) == (422, "question_unknown")
    assert answer(redirect_to=str(foreign.uid)) == (404, "not_found")
    assert answer(redirect_to=str(archived.uid)) == (404, "not_found")
    assert answer(redirect_to="00000000-0000-0000-0000-000000000000") == (404, "not_found")
    assert answer(redirect_to=str(reason.uid)) == (422, "redirect_to_itself")
    assert everything_written() == before
    assert list(VisitQuestion.objects.order_by("pk").values_list("visit_reason", "text")) == [
        (foreign.pk, "Chez eux ?"),
        (reason.pk, "Ici ?"),
    ]


def test_a_question_in_a_partial_change_is_still_whole(desk, reason):
    answer = desk.call("martin", "patch", path_of(reason), {"questions": [{"refuse_on": True}]})

    assert problem(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/questions/0/text"


def test_the_specialty_of_an_offered_reason_does_not_change(desk, reason):
    SpecialtyFactory(slug="dermatologue", name="Dermatologue")
    lone = VisitReasonFactory(practice=desk.practice)

    refused = desk.call("martin", "patch", path_of(reason), {"specialty": "dermatologue"})

    assert problem(refused) == (422, "specialty_in_use")
    assert desk.call("martin", "patch", path_of(lone), {"specialty": "dermatologue"}).json()["kind"] is None


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"specialty": "magie"}, 422, "specialty_unknown"),
        ({"specialty": None}, 400, "invalid"),
        ({"specialty": 5}, 422, "specialty_unknown"),
        ({"kind": "inconnu"}, 422, "kind_unknown"),
        ({"tint": 0}, 422, "value_out_of_range"),
        ({"tint": 7}, 422, "value_out_of_range"),
        ({"position": -1}, 422, "value_out_of_range"),
        ({"position": 10**6}, 422, "value_out_of_range"),
        ({"name": ""}, 400, "invalid"),
        ({"name": " \u200b "}, 400, "invalid"),
        ({"name": "x" * 81}, 400, "invalid"),
        ({"name": "a\u0007b"}, 400, "invalid"),
        ({"name": ["Vaccin"]}, 400, "invalid"),
        ({"instructions": "x" * 1001}, 400, "invalid"),
        ({"discretion": "secret"}, 400, "invalid"),
        ({"discretion": {}}, 400, "invalid"),
        ({"archived": "maybe"}, 400, "invalid"),
        ({"questions": [{"text": "?"}] * 4}, 422, "too_many_questions"),
        ({"questions": [{"text": "?"}] * 21}, 400, "invalid"),
        ({"questions": "?"}, 400, "invalid"),
        ({"questions": [None]}, 400, "invalid"),
        ({"questions": [{"text": "?", "refuse_on": "peut-être"}]}, 400, "invalid"),
        ({"questions": [{"text": "?", "redirect_to": "ailleurs"}]}, 400, "invalid"),
        ({"questions": [{"text": "?", "id": "00000000-0000-0000-0000-000000000000"}]}, 422, "question_unknown"),
    ],
)
def test_what_cannot_be_is_refused_at_creation(desk, fields, more, status, code):
    before = everything_written()

    assert problem(desk.call("martin", "post", "/visit-reasons", {**fields, **more})) == (status, code)
    assert everything_written() == before


def test_nul_and_half_characters_are_refused(desk, reason):
    for text in ('{"name": "a\\u0000"}', '{"name": "a\\ud800"}'):
        assert problem(desk.call("martin", "patch", path_of(reason), text)) == (400, "malformed_request")


def test_a_reason_lists_the_offers_of_the_agendas_one_arranges(desk, reason):
    AgendaReason.objects.create(agenda=desk.second, visit_reason=reason, modes=["office"])

    def offered(name):
        answer = desk.call(name, "get", path_of(reason)).json()
        return {offer["agenda"] for offer in answer["offers"]}

    assert offered("sophie") == {str(desk.agenda.uid)}
    assert offered("paul") == {str(desk.second.uid)}
    assert offered("martin") == {str(desk.agenda.uid), str(desk.second.uid)}


def test_the_list_takes_as_many_statements_for_three_as_for_one(desk, reason):
    desk.second.reasons.get().visit_reason.delete()
    VisitQuestion.objects.create(visit_reason=reason, text="?", redirect_to=reason)
    desk.call("martin", "get", "/visit-reasons")
    one, few = statements(lambda: desk.call("martin", "get", "/visit-reasons"))
    for _ in range(2):
        more = new_offer(desk.agenda).visit_reason
        VisitQuestion.objects.create(visit_reason=more, text="?", redirect_to=reason)
    three, many = statements(lambda: desk.call("martin", "get", "/visit-reasons"))

    assert (one.json()["count"], three.json()["count"]) == (1, 3)
    assert few == many
