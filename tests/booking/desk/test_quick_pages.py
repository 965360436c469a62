"""Quick booking, the page of a visit, moving, cancelling, series: pages without a script."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
import time_machine

from booking.enums import ChangeKind, Status
from booking.invitations import invites_to
from booking.models import Appointment
from booking.services.desk import note_at_desk
from core import clock
from patients.models import PatientRecord
from patients.services.files import create_record
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.desk import statements
from tests.factories import AgendaReasonFactory, BookableAgendaFactory, RecordFactory

pytestmark = pytest.mark.django_db

BOOK = "/cabinet/rendez-vous/nouveau/"


def token():
    return {"form_token": uuid4().hex}


@pytest.fixture
def sophie(desk):
    return browser_of(desk, "sophie")


def file_of(desk, **fields):
    return create_record(actor=desk.actor("sophie"), fields={"first_name": "Odette", "birth_name": "Lambert", **fields})


def slot(desk, start, agenda=None):
    return f"{(agenda or desk.agenda).uid}/{start.isoformat()}"


def wanted(desk, file, start, **more):
    return {
        "fiche": file.uid,
        "motif": desk.offer.visit_reason.uid,
        "slot": slot(desk, start),
        "tell": "on",
        **token(),
        **more,
    }


def test_a_caller_is_found_by_a_part_of_the_name_and_booked(desk, sophie):
    file = file_of(desk, phone="06 12 34 56 78")
    page = sophie.get(BOOK, {"q": "lamb"})
    assert f"fiche={file.uid}" in page.text
    page = sophie.get(BOOK, {"fiche": file.uid})
    assert "Odette Lambert" in page.text
    (first, *_rest) = page.context["choices"].hours
    # Within two hours of the start, what is done is told at once and cannot be taken back.
    start = first.slot.start + timedelta(days=1)
    answer = sophie.post(BOOK, wanted(desk, file, start, note="Vient en taxi"))
    visit = Appointment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/cabinet/rendez-vous/{visit.uid}/")
    assert (visit.record, visit.internal_note, visit.start_at) == (file, "Vient en taxi", start)
    page = sophie.get(answer["Location"])
    assert "Revenir en arrière" in page.text
    assert "Vient en taxi" in page.text


def test_the_panel_alone_is_given_to_the_script(desk, sophie):
    whole = sophie.get(BOOK)
    part = sophie.get(BOOK, headers={"X-Requested-With": "fetch"})
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "data-quick" in part.text
    assert "X-Requested-With" in part["Vary"]


def test_the_time_chosen_on_the_agenda_comes_first(desk, sophie):
    start, file = at_hour(desk.agenda, 15, days=3), file_of(desk)
    asked = {"agenda": desk.agenda.uid, "debut": start.isoformat(), "duree": 40, "fiche": file.uid}
    hours = sophie.get(f"{BOOK}?{urlencode(asked)}").context["choices"].hours
    assert (hours[0].is_wanted, hours[0].slot.start, hours[0].slot.end - start) == (True, start, timedelta(minutes=40))
    sophie.post(BOOK, wanted(desk, file, start, duree=40))
    assert Appointment.objects.get().duration == timedelta(minutes=40)


def test_a_new_file_warns_of_one_that_may_be_the_same(desk, sophie):
    file = file_of(desk, birth_date=clock.now().date().replace(year=1951))
    fields = {
        "nouvelle-fiche": "1",
        "birth_name": "Lambert",
        "first_name": "Odette",
        "birth_date": file.birth_date.strftime("%d/%m/%Y"),
    }
    answer = sophie.post(BOOK, {**fields, **token()})
    assert answer.status_code == 409
    assert f"fiche={file.uid}" in answer.text
    assert PatientRecord.objects.count() == 1
    answer = sophie.post(BOOK, {**fields, "despite": "on", **token()})
    assert answer.status_code == 302
    assert PatientRecord.objects.count() == 2


def test_a_new_file_with_a_wrong_number_says_so_and_writes_nothing(desk, sophie):
    answer = sophie.post(
        BOOK, {"nouvelle-fiche": "1", "birth_name": "Lambert", "first_name": "Odette", "phone": "12", **token()}
    )
    assert answer.status_code == 422
    assert "Ce numéro n’existe pas" in answer.text
    assert not PatientRecord.objects.exists()


def test_a_taken_hour_is_refused_with_others_and_may_be_put_over_by_right(desk, sophie):
    file, start = file_of(desk), at_hour(desk.agenda, 10)
    put(desk, start)
    answer = sophie.post(BOOK, wanted(desk, file, start))
    assert answer.status_code == 409
    assert 'name="overbook"' in answer.text
    assert Appointment.objects.count() == 1
    assert sophie.post(BOOK, wanted(desk, file, start, overbook="on")).status_code == 302
    assert Appointment.objects.get(record=file).overbooked


def test_an_hour_outside_the_openings_is_asked_about(desk, sophie):
    file, start = file_of(desk), at_hour(desk.agenda, 20)
    answer = sophie.post(BOOK, wanted(desk, file, start))
    assert answer.status_code == 422
    assert 'name="outside"' in answer.text
    assert sophie.post(BOOK, wanted(desk, file, start, outside="on")).status_code == 302


def test_the_same_form_sent_twice_books_once(desk, sophie):
    body = wanted(desk, file_of(desk), at_hour(desk.agenda, 10))
    assert [sophie.post(BOOK, body).status_code for _ in range(2)] == [302, 302]
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        {"debut": "x", "du": "2026-99-99", "duree": "-5", "motif": "0"},
        {"q": "' OR 1=1 --"},
        {"debut": "9999-12-31T23:59:00+00:00", "duree": "999999"},
    ],
)
def test_a_mangled_address_is_read_leniently(desk, sophie, words):
    assert sophie.get(BOOK, {**words, "fiche": file_of(desk).uid}).status_code == 200
    assert sophie.get(BOOK, words).status_code == 200


def test_a_forged_file_agenda_or_visit_is_not_there(desk, sophie):
    strange = RecordFactory(practice=desk.elsewhere.practice)
    start = at_hour(desk.agenda, 10)
    assert sophie.get(BOOK, {"fiche": strange.uid}).status_code == 404
    assert sophie.post(BOOK, wanted(desk, strange, start)).status_code == 404
    forged = {**wanted(desk, file_of(desk), start), "slot": slot(desk, start, desk.second)}
    assert sophie.post(BOOK, forged).status_code == 404
    elsewhere = put(desk, start, who="paul", agenda=desk.second)
    for page in ("", "deplacer/", "annuler/"):
        assert sophie.get(f"/cabinet/rendez-vous/{elsewhere.uid}/{page}").status_code == 404
    for act in ("deplacer/", "annuler/", "duree/", "note/"):
        assert sophie.post(f"/cabinet/rendez-vous/{elsewhere.uid}/{act}", token()).status_code == 404


def test_a_visit_is_moved_by_date_and_hour_then_brought_back(desk, sophie):
    start = at_hour(desk.agenda, 10)
    visit = put(desk, start)
    url = f"/cabinet/rendez-vous/{visit.uid}/deplacer/"
    assert "Prochains créneaux" in sophie.get(url).text
    day = at_hour(desk.agenda, 15, days=2)
    body = {"slot": "", "agenda": desk.agenda.uid, "day": day.date().isoformat(), "hour": "15:00", "revision": 0}
    assert sophie.post(url, {**body, **token()}).status_code == 302
    visit.refresh_from_db()
    assert visit.start_at == day
    stale = sophie.post(url, {**body, "hour": "16:00", **token()})
    assert stale.status_code == 409
    change = visit.changes.get(kind=ChangeKind.MOVED)
    page = sophie.post(f"/cabinet/rendez-vous/retour/{change.uid}/", {"visite": visit.uid}, follow=True)
    assert "Personne n’a été prévenu" in page.text
    visit.refresh_from_db()
    assert visit.start_at == start
    page = sophie.post(f"/cabinet/rendez-vous/retour/{change.uid}/", {"visite": visit.uid}, follow=True)
    assert "Il est trop tard" in page.text


def test_moving_without_an_hour_is_told(desk, sophie):
    visit = put(desk, at_hour(desk.agenda, 10))
    answer = sophie.post(f"/cabinet/rendez-vous/{visit.uid}/deplacer/", {"revision": 0, **token()})
    assert answer.status_code == 422
    assert "Choisissez une heure proposée" in answer.text


def test_cancelling_names_who_must_be_called_and_asks_when_it_is_near(desk, sophie):
    visit = put(desk, at_hour(desk.agenda, 10), record=caller(desk, email="", landline="+33148970001"))
    url = f"/cabinet/rendez-vous/{visit.uid}/annuler/"
    page = sophie.get(url)
    assert "Aucun message n’atteint Alice Moreau" in page.text
    assert 'name="prevenir"' not in page.text
    with time_machine.travel(visit.start_at - timedelta(minutes=30), tick=False):
        near = browser_of(desk, "sophie")
        assert 'name="prevenir"' in near.get(url).text
        assert near.post(url, {"revision": 0, **token()}).status_code == 409
        assert near.post(url, {"revision": 0, "prevenir": "1", **token()}).status_code == 302
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_PRACTICE


def test_the_length_and_the_note_are_changed_from_the_page(desk, sophie):
    visit = put(desk, at_hour(desk.agenda, 10))
    base = f"/cabinet/rendez-vous/{visit.uid}/"
    assert sophie.post(f"{base}duree/", {"minutes": 45, "revision": 0, **token()}).status_code == 302
    assert sophie.post(f"{base}note/", {"note": "fauteuil roulant"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.duration, visit.internal_note) == (timedelta(minutes=45), "fauteuil roulant")
    refused = sophie.post(f"{base}duree/", {"minutes": 0, "revision": 1, **token()})
    assert refused.status_code == 422
    assert "cinq minutes à huit heures" in refused.text
    page = sophie.get(base)
    assert "Durée changée" in page.text


def test_a_series_is_planned_its_conflicts_solved_and_put(desk, sophie):
    file, first = file_of(desk), at_hour(desk.agenda, 10)
    put(desk, first + timedelta(days=14))
    reason = desk.offer.visit_reason.uid
    asked = {"fiche": file.uid, "motif": reason, "avec": desk.agenda.uid, "jours": 7, "seances": 4}
    words = {**asked, "le": first.date().isoformat(), "heure": "10:00"}
    page = sophie.get("/cabinet/rendez-vous/serie/", words)
    assert "heure prise" in page.text
    sessions = page.context["sessions"]
    starts = [session.choices[0].start.isoformat() if session.refusal else value for session, value in sessions]
    body = {"fiche": file.uid, "motif": reason, "avec": desk.agenda.uid, "seance": starts, **token()}
    bad = {**body, "seance": [value for _session, value in sessions], **token()}
    refused = sophie.post("/cabinet/rendez-vous/serie/", bad)
    assert refused.status_code == 409
    assert "heure prise" in refused.text
    assert not Appointment.objects.filter(record=file).exists()
    assert sophie.post("/cabinet/rendez-vous/serie/", body).status_code == 302
    assert Appointment.objects.filter(record=file).count() == 4


def test_the_pages_take_a_fixed_number_of_statements(desk):
    martin, file = browser_of(desk, "martin"), file_of(desk)
    visit = put(desk, at_hour(desk.agenda, 10))
    pages = [(BOOK, {"fiche": file.uid}), (BOOK, {"q": "lambert"})]
    pages += [(f"/cabinet/rendez-vous/{visit.uid}/{page}", {}) for page in ("", "deplacer/", "annuler/")]
    before = [statements(lambda page=page: martin.get(*page))[1] for page in pages]
    for number in range(3):
        agenda = BookableAgendaFactory(practice=desk.practice)
        AgendaReasonFactory(agenda=agenda, visit_reason=desk.offer.visit_reason)
        file_of(desk, first_name=f"Odette{number}", birth_name=f"Lambert{'abc'[number]}")
        note_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, note=f"note {number}")
    after = [statements(lambda page=page: martin.get(*page))[1] for page in pages]
    assert after == before


def test_a_patient_is_sent_the_address_of_a_reason_open_online_or_not(desk, sophie, client):
    asked = {"fiche": file_of(desk).uid, "motif": desk.offer.visit_reason.uid, "avec": desk.agenda.uid}
    link = sophie.get(BOOK, asked).context["invitation"]
    assert f"motif={desk.offer.visit_reason.uid}" in link
    assert "invitation=" not in link
    assert client.get(link.removeprefix("http://testserver")).status_code == 200
    offer = desk.offer
    offer.online = False
    offer.save()
    closed = sophie.get(BOOK, asked).context["invitation"]
    token = parse_qs(urlsplit(closed).query)["invitation"][0]
    assert invites_to(token) == (desk.agenda.uid, offer.visit_reason.uid)
