"""« Mon bilan prévention »: prefilled, saved as one goes, sealed, joined to one visit and read by its practitioner alone."""

from datetime import date, timedelta

import pypdfium2
import pytest
from django.db import connection
from django.urls import reverse

from booking.enums import Status
from carnet.checkups import CHOICE, NUMBER, QUESTIONNAIRES, WORDS, YES_NO, questionnaire_at
from carnet.models import CheckupForm
from carnet.selectors.checkups import answers_of
from carnet.services import health
from carnet.services.checkups import join_checkup, save_checkup
from carnet.services.sharing import block_practitioner
from core import clock
from core.access import Actor, Space, may
from core.exceptions import DomainError, NotForYou
from custody.consent_texts import CHECKUP
from custody.selectors.consents import consents_of
from patients.enums import Level
from patients.majority import PARIS
from tests import factories as make


def at(name, *args):
    return reverse(f"health:{name}", args=args)


def saved(alice, **answers):
    return save_checkup(
        actor=alice.actor, patient=alice.patient.uid, questionnaire="MBP-45", answers=answers, agreed=True
    )


@pytest.mark.parametrize(
    ("years", "code"),
    [
        (17, None),
        (18, "MBP-18"),
        (25, "MBP-18"),
        (26, None),
        (45, "MBP-45"),
        (50, "MBP-45"),
        (51, None),
        (60, "MBP-60"),
        (65, "MBP-60"),
        (70, "MBP-70"),
        (75, "MBP-70"),
        (76, None),
    ],
)
def test_bands_hold_both_their_ages(years, code):
    found = questionnaire_at(years)

    assert (found.code if found else None) == code


@pytest.mark.parametrize("one", QUESTIONNAIRES.values(), ids=lambda one: one.code)
def test_questionnaire_has_each_question_once(one):
    codes = [question.code for section in one.sections for question in section.questions]

    assert len(codes) == len(set(codes))
    assert all(question.options for question in one.questions.values() if question.kind == CHOICE)


def test_page_is_prefilled_from_the_profile(alice):
    health.add_item(actor=alice.actor, patient=alice.patient.uid, kind="allergy", label="Pénicilline")

    page = alice.client.get(at("checkup", alice.patient.uid))

    assert "Pénicilline" in page.content.decode()
    assert not CheckupForm.objects.exists()


def test_answers_are_kept_only_with_consent_then_as_one_goes(alice):
    browser = alice.client
    path = at("checkup_save", alice.patient.uid)

    assert "Acceptez" in browser.post(path, {"tobacco": "never"}).content.decode()
    assert not CheckupForm.objects.exists()
    assert "enregistrées" in browser.post(path, {"tobacco": "never", "agreed": "on"}).content.decode()
    assert "enregistrées" in browser.post(path, {"tobacco": "often", "talk": "Mon dos"}).content.decode()
    page = browser.get(at("checkup", alice.patient.uid)).context["page"]
    assert page.answers == {"tobacco": "often", "talk": "Mon dos"}
    assert CheckupForm.objects.get().finished_at is None
    assert browser.post(at("checkup", alice.patient.uid), {"talk": "Mon dos"}).status_code == 302
    assert CheckupForm.objects.get().finished_at is not None


def test_agreement_keeps_the_version_of_the_words_it_was_given_under(alice, monkeypatch):
    saved(alice, talk="Mon dos")
    monkeypatch.setattr("carnet.services.checkups.CONSENT_TEXT", "2031-01-01")
    saved(alice, talk="Mon genou")

    [agreement] = next(one.agreements for one in consents_of(alice.actor) if one.code == CHECKUP)

    assert (agreement.version, bool(agreement.text)) == ("2026-11-22", True)


@pytest.mark.parametrize(("years", "code"), [(25, "MBP-18"), (50, "MBP-45"), (60, "MBP-60"), (75, "MBP-70")])
def test_every_answer_of_each_band_is_on_the_paper(alice, years, code):
    born = clock.today(PARIS)
    type(alice.patient).objects.filter(pk=alice.patient.pk).update(
        birth_date=born.replace(year=born.year - years, day=1)
    )
    known = {YES_NO: "yes", CHOICE: "often", NUMBER: "62,5", WORDS: "Très bien, merci"}
    answers = {one.code: known[one.kind] for one in QUESTIONNAIRES[code].questions.values()}

    form = save_checkup(
        actor=alice.actor, patient=alice.patient.uid, questionnaire=code, answers=answers, agreed=True, finished=True
    )

    assert answers_of(form) == answers
    pages = pypdfium2.PdfDocument(alice.client.get(at("checkup_paper", form.uid)).content)
    words = "".join(page.get_textpage().get_text_range() for page in pages)
    assert [words.count(word) for word in ("Oui", "Souvent", "62,5", "Très bien")] == [
        sum(one.kind == kind for one in QUESTIONNAIRES[code].questions.values())
        for kind in (YES_NO, CHOICE, NUMBER, WORDS)
    ]


def test_answers_are_sealed_in_the_database(alice):
    saved(alice, talk="Un mot reconnaissable")
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM carnet_checkupform")
        kept = bytes(cursor.fetchone()[0])

    assert b"reconnaissable" not in kept
    assert b"talk" not in kept


def test_questionnaire_of_another_age_is_not_there(alice):
    type(alice.patient).objects.filter(pk=alice.patient.pk).update(birth_date=date(clock.now().year - 30, 1, 1))

    assert alice.client.get(at("checkup", alice.patient.uid)).status_code == 404
    with pytest.raises(DomainError, match="not_this_age"):
        saved(alice, talk="x")


def test_unknown_question_and_foreign_answers_are_refused(alice):
    with pytest.raises(DomainError, match="unknown_question"):
        saved(alice, mine="x")
    form = saved(alice, tobacco="lots", weight="heavy", height="170")
    assert form.answers == '{"height": "170"}'


def test_paper_is_a_pdf_for_its_person_alone(alice, charlie):
    form = saved(alice, talk="Mon dos")
    path = at("checkup_paper", form.uid)

    answer = alice.client.get(path)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert charlie.client.get(path).status_code == 404


def test_practitioner_reads_what_is_joined_until_the_day_after(alice):
    doctor, other = make.UserFactory(), make.UserFactory()
    performer = make.PractitionerFactory(user=doctor)
    agenda = make.BookableAgendaFactory(practitioner=performer)
    for user in (doctor, other):
        make.MembershipFactory(user=user, practice=agenda.practice)
    visit = make.AppointmentFactory(patient=alice.patient, agenda=agenda, start_at=clock.now() + timedelta(days=3))
    form = saved(alice, talk="Mon dos")
    as_doctor = Actor(user_id=doctor.pk, space=Space.PRACTICE, practice_id=agenda.practice_id, strong=True)
    as_other = Actor(user_id=other.pk, space=Space.PRACTICE, practice_id=agenda.practice_id, strong=True)
    assert not may(as_doctor, "open", form)

    join_checkup(actor=alice.actor, checkup=form.uid, appointment=visit.uid)
    assert may(as_doctor, "open", form)
    assert not may(as_other, "open", form)

    type(visit).objects.filter(pk=visit.pk).update(
        start_at=clock.now() - timedelta(days=2), end_at=clock.now() - timedelta(days=1, minutes=1)
    )
    assert not may(as_doctor, "open", form)
    join_checkup(actor=alice.actor, checkup=form.uid, appointment=None)
    assert CheckupForm.objects.get().sent_at is None


def test_form_is_joined_to_one_s_own_visit_to_come_only(alice, charlie):
    form = saved(alice, talk="Mon dos")
    agenda = make.BookableAgendaFactory()
    foreign = make.AppointmentFactory(patient=charlie.patient, agenda=agenda, start_at=clock.now() + timedelta(days=3))
    past = make.AppointmentFactory(patient=alice.patient, agenda=agenda, start_at=clock.now() - timedelta(days=3))
    browser = alice.client

    assert browser.post(at("checkup_join", form.uid), {"visit": str(foreign.uid)}).status_code == 404
    assert browser.post(at("checkup_join", form.uid), {"visit": str(past.uid)}).status_code == 422
    assert browser.post(at("checkup_join", form.uid), {"visit": "x"}).status_code == 404
    assert CheckupForm.objects.get().appointment is None


def test_relative_of_somebody_with_an_account_neither_reads_nor_writes_answers(alice, bob, leo):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    form = saved(alice, violence="yes")

    assert bob.client.get(at("checkup", alice.patient.uid)).status_code == 404
    assert bob.client.get(at("checkup_paper", form.uid)).status_code == 404
    with pytest.raises(NotForYou):
        save_checkup(actor=bob.actor, patient=alice.patient.uid, questionnaire="MBP-45", answers={}, agreed=True)
    assert at("checkup", alice.patient.uid) not in bob.client.get(at("advice", alice.patient.uid, "MBP-45")).text
    assert answers_of(CheckupForm.objects.get()) == {"violence": "yes"}


def test_erasing_takes_everything_away(alice, charlie):
    form = saved(alice, talk="Mon dos")

    assert charlie.client.post(at("checkup_erase", form.uid)).status_code == 404
    assert alice.client.post(at("checkup_erase", form.uid)).status_code == 302
    assert not CheckupForm.objects.exists()


@pytest.mark.parametrize("event", ["cancelled", "future", "refused", "ended", "elsewhere", "blocked"])
def test_practitioner_opens_nothing_once_a_condition_fails(alice, event):
    doctor = make.UserFactory()
    agenda = make.BookableAgendaFactory(practitioner=make.PractitionerFactory(user=doctor))
    member = make.MembershipFactory(user=doctor, practice=agenda.practice)
    visit = make.AppointmentFactory(patient=alice.patient, agenda=agenda, start_at=clock.now() + timedelta(days=3))
    form = saved(alice, talk="Mon dos")
    join_checkup(actor=alice.actor, checkup=form.uid, appointment=visit.uid)
    actor = Actor(user_id=doctor.pk, space=Space.PRACTICE, practice_id=agenda.practice_id, strong=True)
    assert may(actor, "open", form)

    members, now = type(member).objects.filter(pk=member.pk), clock.now()
    if event == "cancelled":
        type(visit).objects.filter(pk=visit.pk).update(status=Status.CANCELLED_BY_PATIENT)
    elif event == "future":
        members.update(starts_at=now + timedelta(days=1))
    elif event == "refused":
        members.update(accepted_at=None)
    elif event == "blocked":
        block_practitioner(actor=alice.actor, patient=alice.patient.uid, practitioner=doctor.practitioner.uid)
    elif event == "ended":
        members.update(ends_at=now - timedelta(minutes=1))
    else:
        other = make.MembershipFactory(user=doctor)
        actor = Actor(user_id=doctor.pk, space=Space.PRACTICE, practice_id=other.practice_id, strong=True)
    assert not may(actor, "open", form)
