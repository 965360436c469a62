"""The pages of a closed day: the practice's act and follow-up, the patient's choice, and the messages that lead there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Appointment, Rescue, RescueOffer, Task
from core import clock
from notifications.models import Message
from notifications.testing import deliver_all
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.rescue_world import at, close, closed_day, evening, holds, visit_at
from tests.desk import desk, statements
from tests.factories import AgendaReasonFactory, AppointmentFactory, BookableAgendaFactory, RecordFactory
from tests.strict import CheckedClient

__all__ = ["desk"]


def page_of(desk):
    return reverse("desk:rescue", args=[desk.agenda.uid, closed_day().isoformat()])


def wish(form, **more):
    end = evening().astimezone(form.zone)
    return {
        "form_token": form["form_token"].value(),
        "ends_on": end.date().isoformat(),
        "ends_time": end.strftime("%H:%M"),
        "each": 3,
        "act": "close",
        **more,
    }


def patient(user):
    client = CheckedClient()
    client.force_login(user)
    return client


def test_the_day_is_shown_previewed_and_closed_from_one_page(desk):
    first, second = visit_at(desk, at(9)), visit_at(desk, at(10))
    browser = browser_of(desk, "sophie")
    page = browser.get(page_of(desk))
    assert (page.context["found"], page.context["without"], page.context["to_call"]) == (6, 0, 0)
    assert holds() == []

    form = page.context["form"]
    ranks = {form.order_name(first): 2, form.order_name(second): 1}
    shown = browser.post(page_of(desk), wish(form, **ranks, act="preview"))
    assert [row["line"].visit for row in shown.context["rows"]] == [second, first]
    assert (shown.status_code, Rescue.objects.count()) == (200, 0)

    for _ in range(2):
        browser.post(page_of(desk), wish(form, **ranks))
    rescue = Rescue.objects.get()
    assert [offer.appointment for offer in rescue.offers.order_by("position")] == [second, first]
    after = browser.get(page_of(desk))
    assert (after.context["waiting"], after.context["kept"], after.context["may_undo"]) == (2, 6, True)


def test_a_bad_end_and_a_bad_date_are_told(desk):
    visit_at(desk, at(9))
    browser = browser_of(desk, "sophie")
    form = browser.get(page_of(desk)).context["form"]
    assert browser.post(page_of(desk), wish(form, ends_on="2026-02-30")).status_code == 422
    assert browser.post(page_of(desk), wish(form, ends_on="2020-01-01")).status_code == 422
    assert browser.post(page_of(desk), wish(form, ends_on="9999-12-31")).status_code == 422
    assert Rescue.objects.count() == 0


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "2026-1", "9999-99-99", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_not_there(desk, day):
    assert browser_of(desk, "martin").get(reverse("desk:rescue", args=[desk.agenda.uid, day])).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("diallo", 404), ("alice", 404), ("lea", 404)])
def test_strangers_find_no_page(desk, name, status):
    visit_at(desk, at(9))
    rescue = close(desk)
    browser = browser_of(desk, name)
    assert browser.get(page_of(desk)).status_code == status
    for act in ("rescue_end", "rescue_undo"):
        assert browser.post(reverse(f"desk:{act}", args=[rescue.uid])).status_code == status
    assert Rescue.objects.get().closed_at is None


def test_the_desk_follows_answers_ends_and_ticks_calls(desk):
    called = visit_at(desk, at(9), record=RecordFactory(practice=desk.practice, phone="+33612345678"))
    visit_at(desk, at(10))
    rescue = close(desk)
    browser = browser_of(desk, "sophie")
    page = browser.get(page_of(desk))
    assert (page.context["calls"], page.context["waiting"]) == (0, 2)

    token = page.context["lines"][0]["token"]
    back = {"agenda": desk.agenda.uid, "day": closed_day().isoformat(), "form_token": token}
    chosen = holds(rescue)[0]
    answer = browser.post(
        reverse("desk:rescue_answer", args=[called.uid]), {**back, "answer": "take", "hold": chosen.uid}
    )
    assert answer["Location"] == page_of(desk)
    browser.post(reverse("desk:rescue_end", args=[rescue.uid]))
    page = browser.get(page_of(desk))
    assert (page.context["taken"], page.context["kept"], page.context["calls"]) == (1, 0, 1)
    task = Task.objects.get(done_at=None)
    browser.post(reverse("desk:task_done", args=[task.uid]), {"retour": page_of(desk)})
    assert browser.get(page_of(desk)).context["calls"] == 0


def test_the_desk_undoes_by_its_button(desk):
    visit_at(desk, at(9))
    rescue = close(desk)
    browser = browser_of(desk, "martin")
    answer = browser.post(
        reverse("desk:rescue_undo", args=[rescue.uid]), {"agenda": desk.agenda.uid, "day": closed_day().isoformat()}
    )
    assert (answer["Location"], Rescue.objects.count()) == (page_of(desk), 0)


def test_the_patient_chooses_on_her_page_and_a_get_does_nothing(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    path, browser = reverse("booking:rescue", args=[visit.uid]), patient(visit.booked_by)
    visit_page = reverse("booking:appointment", args=[visit.uid])
    assert f'href="{path}"' in browser.get(visit_page).content.decode()
    page = browser.get(path)
    assert len(page.context["holds"]) == 3
    browser.get(path, {"answer": "take", "hold": str(holds(rescue)[0].uid)})
    assert Appointment.objects.get(pk=visit.pk).start_at == visit.start_at

    token, chosen = page.context["form"]["form_token"].value(), holds(rescue)[2]
    empty = browser.post(path, {"form_token": token, "answer": "take"})
    assert (empty.status_code, len(holds(rescue))) == (422, 3)
    wrong = browser.post(path, {"form_token": "b" * 20, "answer": "take", "hold": uuid4()})
    assert wrong.status_code == 409
    for _ in range(2):
        done = browser.post(path, {"form_token": token, "answer": "take", "hold": chosen.uid})
        assert done["Location"] == reverse("booking:appointment", args=[visit.uid])
    assert Appointment.objects.get(pk=visit.pk).start_at == chosen.start_at
    assert browser.get(path).context["offer"] is None
    assert path not in browser.get(visit_page).content.decode()


def test_the_patient_declines_or_cancels(desk):
    one, two = visit_at(desk, at(9)), visit_at(desk, at(10))
    close(desk)
    for visit, given in ((one, "decline"), (two, "cancel")):
        path, browser = reverse("booking:rescue", args=[visit.uid]), patient(visit.booked_by)
        asked = browser.get(path, {"annuler": 1})
        token = asked.context["form"]["form_token"].value()
        assert browser.post(path, {"form_token": token, "answer": given}).status_code == 302
    assert holds() == []
    assert Appointment.objects.get(pk=two.pk).status == "cancelled_by_patient"
    assert Task.objects.get().appointment == one


def test_another_patient_finds_nothing(desk):
    visit = visit_at(desk, at(9))
    close(desk)
    path = reverse("booking:rescue", args=[visit.uid])
    assert browser_of(desk, "alice").get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_the_messages_say_the_end_and_lead_to_the_page_without_a_reason(desk, mailoutbox):
    other = AgendaReasonFactory(agenda=desk.agenda, visit_reason__name="Suivi de grossesse").visit_reason
    visit = visit_at(desk, at(9), visit_reason=other)
    record = RecordFactory(practice=desk.practice, email="file@prendsoin.example")
    visit_at(desk, at(10), record=record, visit_reason=other)
    close(desk)
    deliver_all()
    assert mailoutbox == []

    Message.objects.filter(kind="booking.rescue").update(due_at=clock.now() - timedelta(seconds=1))
    deliver_all()
    texts = {letter.to[0]: f"{letter.subject} {letter.body}" for letter in mailoutbox}
    assert set(texts) == {visit.booked_by.email, "file@prendsoin.example"}
    assert all("12 h" in text.replace("\xa0", " ") and "grossesse" not in text for text in texts.values())
    path = reverse("booking:rescue", args=[visit.uid])
    assert [path in texts[to] for to in (visit.booked_by.email, "file@prendsoin.example")] == [True, False]
    assert desk.agenda.practitioner.last_name not in texts["file@prendsoin.example"]
    assert Message.objects.get(kind="booking.rescue", channel="bell").state == "sent"


def test_an_answered_offer_is_not_written_about(desk):
    visit = visit_at(desk, at(9))
    rescue = close(desk)
    rescue.offers.update(answer="declined")
    Message.objects.filter(kind="booking.rescue").update(due_at=clock.now() - timedelta(seconds=1))
    deliver_all()
    assert set(Message.objects.filter(kind="booking.rescue").values_list("state", flat=True)) == {"cancelled"}
    assert visit.is_open


def test_both_pages_take_the_same_statements_for_one_and_for_three(desk):
    browser = browser_of(desk, "martin")
    visit_at(desk, at(9))
    browser.get(page_of(desk))
    _, before = statements(lambda: browser.get(page_of(desk)))
    rescue = close(desk)
    _, after = statements(lambda: browser.get(page_of(desk)))
    rescue.delete()
    holds_gone = Appointment.objects.filter(status="held").delete()
    desk.agenda.absences.all().delete()
    visit_at(desk, at(10))
    visit_at(desk, at(11))
    page, three = statements(lambda: browser.get(page_of(desk)))
    assert (len(page.context["rows"]), three) == (3, before)
    close(desk)
    page, three = statements(lambda: browser.get(page_of(desk)))
    assert (len(page.context["lines"]), three) == (3, after)
    assert holds_gone


def test_several_days_and_places_are_looked_at_before_they_are_closed(desk):
    other = BookableAgendaFactory(practice=desk.practice, practitioner=desk.agenda.practitioner)
    first, third = visit_at(desk, at(9)), visit_at(desk, at(9, days=3))
    there = AppointmentFactory(agenda=other, start_at=at(14, days=2), end_at=at(14, 20, days=2))
    browser, url = browser_of(desk, "martin"), reverse("desk:rescue", args=[desk.agenda.uid, closed_day().isoformat()])
    page = browser.get(url)
    assert [row["line"].visit for row in page.context["rows"]] == [first]
    form = page.context["form"]
    sent = {
        "form_token": form["form_token"].value(),
        "seen": page.context["seen"],
        "last_day": (closed_day() + timedelta(days=2)).isoformat(),
        "everywhere": "on",
        "ends_on": closed_day().isoformat(),
        "ends_time": "12:00",
        "each": "3",
        "act": "close",
    }

    unseen = browser.post(url, sent)

    assert Rescue.objects.count() == 0
    assert {row["line"].visit for row in unseen.context["rows"]} == {first, there, third}
    token = unseen.context["form"]["form_token"].value()
    done = browser.post(url, {**sent, "seen": unseen.context["seen"], "form_token": token}, follow=True)
    assert {offer.appointment for offer in RescueOffer.objects.all()} == {first, there, third}
    assert len(done.context["lines"]) == 3
    assert done.context["many"]
    browser.post(reverse("desk:rescue_undo", args=[Rescue.objects.earliest("pk").uid]))
    assert Rescue.objects.count() == 0
