"""The pages and acts of a patient's file, as the people of a practice reach them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.enums import Status, TaskKind
from booking.models import Appointment, NoShowMark, Task
from booking.services._booking import Wish
from booking.services.appointments import book_appointment
from booking.services.contest import contest_mark
from booking.services.deceased import record_death, undo_death
from booking.services.desk import cancel_at_desk
from core import clock
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou
from notifications.models import Message
from notifications.registry import composer
from patients.models import PatientRecord
from patients.selectors.files import find_records
from patients.services.blocking import block_online, unblock_online
from patients.services.files import change_record, create_record, version_of
from practitioners.models import Location
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events, statements
from tests.factories import AppointmentFactory, PatientFactory, RecordFactory
from tests.strict import CheckedClient

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

FIELDS = {"first_name": "Colette", "birth_name": "Lefèvre", "birth_date": date(1951, 3, 12), "phone": "06 12 34 56 78"}


@pytest.fixture
def colette(desk):
    return create_record(actor=desk.actor("anna"), fields=FIELDS)


def visit_of(desk, record, days, **more):
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return AppointmentFactory(
        agenda=desk.agenda, record=record, start_at=start, end_at=start + timedelta(minutes=20), **more
    )


def test_create_record_keeps_keys_and_numbers(desk):
    made = create_record(actor=desk.actor("anna"), fields={**FIELDS, "landline": "01 48 97 20 14", "notes": "fauteuil"})
    made.refresh_from_db()
    assert (made.name_key, made.phone_key) == ("lefevre colette", "0612345678 0148972014")
    assert (made.practice, made.notes, made.known_since is not None) == (desk.practice, "fauteuil", True)
    assert Message.objects.count() == 0
    assert [event.practice_id for event in events("patients.create_record")] == [desk.practice.pk]


def test_create_record_warns_of_duplicates_until_overruled(desk, colette):
    twin = {**FIELDS, "first_name": "Colete"}
    with pytest.raises(DomainError) as refused:
        create_record(actor=desk.actor("anna"), fields=twin)
    assert (refused.value.code, refused.value.status) == ("possible_duplicate", 409)
    assert [one["id"] for one in refused.value.details["candidates"]] == [str(colette.uid)]
    create_record(actor=desk.actor("anna"), fields=twin, despite_duplicates=True)
    assert PatientRecord.objects.filter(practice=desk.practice).count() == 2


def test_a_family_on_one_phone_is_no_duplicate(desk, colette):
    son = create_record(
        actor=desk.actor("anna"), fields={**FIELDS, "first_name": "Hugo", "birth_date": date(1980, 1, 2)}
    )
    page = browser_of(desk, "anna").get(reverse("desk:file", args=[son.uid])).content.decode()
    assert "Même e-mail ou même téléphone" in page
    assert "Peut-être la même personne" not in page


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"birth_name": ""}, "required"),
        ({"birth_name": "123"}, "no_letter"),
        ({"phone": "12"}, "invalid_phone"),
        ({"email": "nobody"}, "invalid_email"),
        ({"birth_date": date(1850, 1, 1)}, "birth_date_too_early"),
        ({"sex": "X"}, "invalid_choice"),
        ({"notes": "x" * 5001}, "too_long"),
    ],
)
def test_create_record_refuses_what_cannot_be_kept(desk, change, code):
    with pytest.raises(DomainError) as refused:
        create_record(actor=desk.actor("anna"), fields={**FIELDS, **change})
    assert (refused.value.code, list(refused.value.details["fields"].values())) == ("invalid_record", [code])
    assert PatientRecord.objects.count() == 0


def test_create_record_is_for_who_runs_an_agenda(desk):
    for name in ("ended", "pending", "later"):
        with pytest.raises(NotForYou):
            create_record(actor=desk.actor(name), fields=FIELDS)


def test_change_record_tells_who_comes_second(desk, colette):
    seen = version_of(colette)
    change_record(actor=desk.actor("anna"), record=colette.uid, fields={"used_name": "Dupont"}, expected=seen)
    with pytest.raises(DomainError) as refused:
        change_record(actor=desk.actor("martin"), record=colette.uid, fields={"phone": ""}, expected=seen)
    assert refused.value.code == "changed_meanwhile"
    assert find_records(desk.actor("anna"), "dupont") == [colette]


def test_files_of_another_practice_are_not_there(desk, colette):
    client = browser_of(desk, "diallo")
    for name in ("file", "file_edit", "file_block", "file_death"):
        assert client.get(reverse(f"desk:{name}", args=[colette.uid])).status_code == 404
    for name in ("file_unblock", "file_revive", "file_link", "file_block"):
        assert client.post(reverse(f"desk:{name}", args=[colette.uid])).status_code == 404
    assert "Lefèvre" not in client.get(reverse("desk:files") + "?q=lefevre").content.decode()


def test_files_page_finds_and_takes_as_many_statements_for_three(desk, colette):
    client, address = browser_of(desk, "anna"), reverse("desk:files") + "?q=lefevre"
    client.get(address)
    page, one = statements(lambda: client.get(address))
    assert "Lefèvre" in page.content.decode()
    for name in ("Hugo", "Paul"):
        create_record(actor=desk.actor("anna"), fields={**FIELDS, "first_name": name})
    page, three = statements(lambda: client.get(address))
    assert (page.content.decode().count("Lefèvre"), three) == (3, one)


def test_file_page_takes_as_many_statements_for_three_visits(desk, colette):
    client, address = browser_of(desk, "anna"), reverse("desk:file", args=[colette.uid])

    def fill(day):
        visit_of(desk, colette, day)
        missed = visit_of(desk, colette, -day, status=Status.NO_SHOW)
        NoShowMark.objects.create(
            appointment=missed, record=colette, author=desk.users["anna"], expires_at=clock.now() + timedelta(days=9)
        )

    fill(1)
    client.get(address)
    page, one = statements(lambda: client.get(address))
    assert "Absence notée par" in page.content.decode()
    fill(2)
    fill(3)
    assert statements(lambda: client.get(address))[1] == one


def test_new_file_page_shows_the_likely_file_then_obeys(desk, colette):
    client, address = browser_of(desk, "anna"), reverse("desk:file_new")
    form = {**FIELDS, "birth_date": "12/03/1951", "sex": "F", "form_token": "first-token"}
    answer = client.post(address, form)
    assert answer.status_code == 409
    assert reverse("desk:file", args=[colette.uid]) in answer.content.decode()
    answer = client.post(address, {**form, "despite": "on", "form_token": "second-token"})
    assert answer.status_code == 302
    assert PatientRecord.objects.filter(practice=desk.practice, birth_name="Lefèvre").count() == 2
    assert (
        client.post(address, {**form, "despite": "on", "form_token": "second-token"})["Location"] == answer["Location"]
    )


def test_edit_page_shows_problems_under_their_fields(desk, colette):
    client, address = browser_of(desk, "anna"), reverse("desk:file_edit", args=[colette.uid])
    answer = client.post(address, {"first_name": "Zoé", "birth_name": "X", "sex": "F", "phone": "1", "form_token": "t"})
    assert answer.status_code == 422
    assert "Ce numéro n’existe pas" in answer.content.decode()


def test_block_closes_online_booking_here_and_tells_without_the_reason(desk, colette):
    block_online(actor=desk.actor("anna"), record=colette.uid, reason="menaces")
    block_online(actor=desk.actor("anna"), record=colette.uid, reason="menaces répétées")
    colette.refresh_from_db()
    assert (colette.blocked_at is not None, colette.block_reason) == (True, "menaces répétées")
    assert list(Message.objects.values_list("kind", "channel")) == [("patients.online_closed", "sms")]
    envelope = composer("patients.online_closed")(Message.objects.get())
    assert envelope is not None
    assert "menaces" not in envelope.text
    assert desk.practice.name not in envelope.text
    unblock_online(actor=desk.actor("anna"), record=colette.uid)
    colette.refresh_from_db()
    assert (colette.blocked_at, colette.block_reason) == (None, "")


def test_death_frees_visits_and_tells_nobody(desk, colette):
    visit, past = visit_of(desk, colette, 3), visit_of(desk, colette, -3)
    block_online(actor=desk.actor("anna"), record=colette.uid)
    assert record_death(actor=desk.actor("anna"), record=colette.uid, died_on=date(2026, 1, 2)) == 1
    visit.refresh_from_db()
    past.refresh_from_db()
    colette.refresh_from_db()
    assert (visit.status, past.status) == (Status.CANCELLED_BY_PRACTICE, Status.BOOKED)
    assert colette.deceased_on == date(2026, 1, 2)
    assert not Message.objects.filter(state="pending").exists()


def test_nobody_books_online_here_for_somebody_noted_dead(desk):
    person = desk.users["alice"].patient
    file = RecordFactory(practice=desk.practice, patient=person)
    record_death(actor=desk.actor("anna"), record=file.uid, died_on=date(2026, 1, 2))
    start = (clock.now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    alice = Actor(user_id=desk.users["alice"].pk, space=Space.PATIENT)
    with pytest.raises(DomainError) as refused:
        book_appointment(
            actor=alice, agenda=desk.agenda.uid, visit_reason=desk.offer.visit_reason.uid, start=start, wish=Wish()
        )
    assert refused.value.code == "blocked"


@pytest.mark.parametrize("day", [date(1951, 1, 1), date(2999, 1, 1)])
def test_death_refuses_an_impossible_day(desk, colette, day):
    with pytest.raises(DomainError) as refused:
        record_death(actor=desk.actor("anna"), record=colette.uid, died_on=day)
    assert refused.value.code == "death_date"


def test_a_death_of_today_is_noted_where_the_day_begins_first(desk, colette):
    Location.objects.filter(practice=desk.practice).update(timezone="Pacific/Noumea")
    with time_machine.travel("2026-11-22T21:00:00Z", tick=False):
        with pytest.raises(DomainError):
            record_death(actor=desk.actor("anna"), record=colette.uid, died_on=date(2026, 11, 24))
        assert record_death(actor=desk.actor("anna"), record=colette.uid, died_on=date(2026, 11, 23)) == 0


def test_death_is_taken_back_by_a_practitioner_only(desk, colette):
    record_death(actor=desk.actor("anna"), record=colette.uid, died_on=date(2026, 1, 2))
    address = reverse("desk:file_revive", args=[colette.uid])
    assert browser_of(desk, "anna").post(address).status_code == 404
    assert (
        "C’était une erreur"
        not in browser_of(desk, "anna").get(reverse("desk:file", args=[colette.uid])).content.decode()
    )
    assert browser_of(desk, "paul").post(address).status_code == 302
    colette.refresh_from_db()
    assert colette.deceased_on is None


def dead(desk, colette):
    record_death(actor=desk.actor("anna"), record=colette.uid, died_on=date(2026, 1, 2))


def test_death_taken_back_brings_back_the_visits_it_freed_and_tells_nobody(desk, colette):
    visit, before = visit_of(desk, colette, 3), visit_of(desk, colette, 4)
    cancel_at_desk(actor=desk.actor("anna"), appointment=before.uid)
    dead(desk, colette)
    messages = set(Message.objects.values_list("pk", flat=True))

    done = undo_death(actor=desk.actor("martin"), record=colette.uid)

    visit.refresh_from_db()
    before.refresh_from_db()
    assert ([one.pk for one in done.restored], done.left, done.unseen) == ([visit.pk], [], 0)
    assert (visit.status, visit.cancelled_at) == (Status.BOOKED, None)
    assert before.status == Status.CANCELLED_BY_PRACTICE
    assert not Message.objects.exclude(pk__in=messages).exclude(kind__contains="remind").exists()
    assert [event.facts["restored"] for event in events("patients.undo_death")] == [1]


def test_death_taken_back_lists_the_visits_whose_time_is_taken(desk, colette):
    taken, free = visit_of(desk, colette, 3), visit_of(desk, colette, 4)
    dead(desk, colette)
    visit_of(desk, RecordFactory(practice=desk.practice), 3)

    page = browser_of(desk, "martin").post(reverse("desk:file_revive", args=[colette.uid]), follow=True)

    taken.refresh_from_db()
    free.refresh_from_db()
    assert (taken.status, free.status) == (Status.CANCELLED_BY_PRACTICE, Status.BOOKED)
    assert "L’heure n’est plus libre" in page.content.decode()


def test_death_taken_back_leaves_what_a_colleague_runs_alone(desk, colette):
    dead_visit = visit_of(desk, colette, 3)
    dead(desk, colette)

    done = undo_death(actor=desk.actor("paul"), record=colette.uid)

    dead_visit.refresh_from_db()
    assert (done.restored, done.left, done.unseen) == ([], [], 1)
    assert dead_visit.status == Status.CANCELLED_BY_PRACTICE


def test_lookup_says_how_many_visits_are_to_come(desk, colette):
    for days in (-2, 2, 3):
        visit_of(desk, colette, days)
    page = browser_of(desk, "anna").get(reverse("desk:files"), {"q": "lefèvre"}).content.decode()
    assert "dont 2 à venir" in page


@pytest.fixture
def missed(desk):
    alice = PatientFactory(first_name="Zoé")
    alice.user = desk.users["later"]
    alice.save()
    visit = visit_of(desk, RecordFactory(practice=desk.practice, patient=alice), -2, status=Status.NO_SHOW)
    NoShowMark.objects.create(
        appointment=visit, record=visit.record, author=desk.users["anna"], expires_at=clock.now() + timedelta(days=365)
    )
    return visit


def test_patient_contests_an_absence_once_and_the_practice_withdraws_it(desk, missed):
    client = CheckedClient()
    client.force_login(desk.users["later"])
    page = reverse("booking:appointment", args=[missed.uid])
    assert "Contester" in client.get(page).content.decode()
    assert client.post(reverse("booking:contest", args=[missed.uid]), {"words": "J’avais appelé."}).status_code == 302
    mark = NoShowMark.objects.get()
    assert (mark.contest, mark.contested_at is not None) == ("J’avais appelé.", True)
    task = Task.objects.get()
    assert (task.kind, task.appointment, task.practice) == (TaskKind.OTHER, missed, desk.practice)
    actor = Actor(user_id=desk.users["later"].pk, space=Space.PATIENT)
    with pytest.raises(DomainError) as refused:
        contest_mark(actor=actor, appointment=missed.uid)
    assert refused.value.code == "contested_already"
    file = reverse("desk:file", args=[missed.record.uid])
    assert "J’avais appelé." in browser_of(desk, "anna").get(file).content.decode()
    assert browser_of(desk, "anna").post(reverse("desk:withdraw_mark", args=[missed.uid])).status_code == 302
    assert NoShowMark.objects.get().withdrawn_by == desk.users["anna"]
    assert "retirée" in client.get(page).content.decode()


def test_absence_is_contested_by_its_patient_alone(desk, missed):
    client = CheckedClient()
    client.force_login(desk.users["alice"])
    assert client.post(reverse("booking:contest", args=[missed.uid]), {"words": ""}).status_code == 404
    with pytest.raises(NotForYou):
        contest_mark(actor=desk.actor("anna"), appointment=missed.uid)
    assert browser_of(desk, "diallo").post(reverse("desk:withdraw_mark", args=[missed.uid])).status_code == 404
    assert Appointment.objects.get(pk=missed.pk).no_show_mark.contested_at is None
