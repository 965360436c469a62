"""The practice's tasks and its call list."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from booking.enums import ChangeKind, Status, TaskKind
from booking.models import Task
from booking.selectors.todo import calls, open_tasks, practice_today
from booking.services._history import note, state_of
from booking.services.todo import (
    TaskRefused,
    add_task,
    answer_calls,
    ask_for_calls,
    change_task,
    finish_task,
    reopen_task,
)
from core import clock
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events, statements
from tests.factories import AppointmentFactory, RecordFactory

__all__ = ["desk"]


def added(desk, name="martin", **fields):
    return add_task(
        actor=desk.actor(name), fields={"kind": TaskKind.CALL_BACK, "about": "Rappeler pour le résultat", **fields}
    )


def visit_of(desk, agenda=None, **more):
    return AppointmentFactory(agenda=agenda or desk.agenda, **more)


def test_adding_a_task_is_in_the_journal_without_its_words(desk):
    task = added(desk, assignee=desk.users["sophie"].pk)

    assert (task.practice, task.assignee, task.created_by) == (
        desk.practice,
        desk.users["sophie"],
        desk.users["martin"],
    )
    (event,) = events("booking.add_task")
    assert "Rappeler" not in str(event.facts)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "nothing"}, "task_kind"),
        ({"kind": TaskKind.TELL}, "task_kind"),
        ({"about": " "}, "task_empty"),
        ({"about": "x" * 1001}, "task_too_long"),
        ({"assignee": 0}, "task_assignee"),
    ],
)
def test_a_task_without_sense_is_refused_and_nothing_is_written(desk, fields, code):
    with pytest.raises(TaskRefused) as refused:
        added(desk, **fields)

    assert (refused.value.code, Task.objects.count()) == (code, 0)


def test_a_colleague_of_another_practice_cannot_be_given_a_task(desk):
    with pytest.raises(TaskRefused):
        added(desk, assignee=desk.users["diallo"].pk)


def test_a_task_about_a_visit_of_an_agenda_one_does_not_run_is_not_there(desk):
    visit = visit_of(desk, desk.second)
    with pytest.raises(Http404):
        added(desk, "sophie", appointment=visit.uid)
    task = added(desk, "martin", appointment=visit.uid)

    assert task not in open_tasks(desk.actor("sophie"))
    assert task in open_tasks(desk.actor("anna"))
    with pytest.raises(Http404):
        finish_task(actor=desk.actor("sophie"), task=task.uid)


@pytest.mark.parametrize("stranger", ["diallo", "ended", "pending", "later", "alice"])
def test_the_list_is_for_the_members_of_today(desk, stranger):
    task = added(desk)

    with pytest.raises(Http404):
        finish_task(actor=desk.actor(stranger), task=task.uid)
    with pytest.raises(Http404):
        added(desk, stranger, record=RecordFactory(practice=desk.practice).uid)


def test_ticking_twice_keeps_the_first_tick_and_a_tick_is_taken_back(desk):
    task = added(desk)

    first = finish_task(actor=desk.actor("sophie"), task=task.uid).done_at
    again = finish_task(actor=desk.actor("anna"), task=task.uid)
    assert (again.done_at, again.done_by) == (first, desk.users["sophie"])
    assert len(events("booking.finish_task")) == 1

    assert reopen_task(actor=desk.actor("anna"), task=task.uid).done_at is None


def test_changing_a_task_writes_only_what_differs(desk):
    task = added(desk)

    change_task(actor=desk.actor("sophie"), task=task.uid, changes={"about": task.about})
    assert events("booking.change_task") == []
    change_task(actor=desk.actor("sophie"), task=task.uid, changes={"assignee": desk.users["anna"].pk})
    assert events("booking.change_task")[0].facts["fields"] == ["assignee_id"]


def test_a_call_says_the_old_hour_and_the_new_one_even_after_two_moves(desk):
    visit, actor = visit_of(desk), desk.actor("martin")
    first = visit.start_at
    for _ in range(2):
        before = state_of(visit)
        visit.start_at += timedelta(hours=1)
        visit.end_at += timedelta(hours=1)
        visit.save()
        note(actor, visit, ChangeKind.MOVED, before=before)
        ask_for_calls(actor, [visit])

    (call,) = calls(actor)
    assert (call.before, call.after, call.is_moved) == (first, first + timedelta(hours=2), True)


def test_a_cancelled_visit_is_called_as_cancelled_and_the_answer_ticks_it(desk):
    visit, actor = visit_of(desk), desk.actor("martin")
    visit.status = Status.CANCELLED_BY_PRACTICE
    visit.save()
    ask_for_calls(actor, [visit, visit])

    assert calls(actor)[0].after is None
    assert answer_calls(actor, visit) == 1
    assert calls(actor) == []


def test_a_call_reopened_beside_another_open_one_stays_done(desk):
    visit, actor = visit_of(desk), desk.actor("martin")
    ask_for_calls(actor, [visit])
    task = Task.objects.get()
    finish_task(actor=actor, task=task.uid)
    ask_for_calls(actor, [visit])

    assert reopen_task(actor=actor, task=task.uid).done_at is not None


def test_late_tasks_come_first_and_are_marked(desk):
    today = practice_today()
    added(desk, about="sans date")
    added(desk, about="demain", due_on=today + timedelta(days=1))
    added(desk, about="hier", due_on=today - timedelta(days=1))

    page = browser_of(desk, "sophie").get(reverse("desk:tasks"))
    assert [line["task"].about for line in page.context["lines"]] == ["hier", "demain", "sans date"]
    assert [line["late"] for line in page.context["lines"]] == [True, False, False]
    assert "En retard" in page.content.decode()


def test_the_page_adds_filters_ticks_and_takes_back(desk):
    browser = browser_of(desk, "sophie")
    page = browser.get(reverse("desk:tasks"))
    form = {"kind": "sign", "about": "Signer le certificat", "assignee": desk.users["sophie"].pk}
    token = page.context["form"]["form_token"].value()
    for _ in range(2):
        answer = browser.post(reverse("desk:tasks"), {**form, "form_token": token})
        assert answer.status_code == 302
    task = Task.objects.get()
    added(desk, about="pour tous")

    mine = browser.get(reverse("desk:tasks"), {"voir": "miennes"})
    assert [line["task"] for line in mine.context["lines"]] == [task]
    browser.post(reverse("desk:task_done", args=[task.uid]), {"retour": "//evil.example/"})
    done = browser.get(reverse("desk:tasks"), {"voir": "faites"})
    assert [line["task"] for line in done.context["lines"]] == [task]
    browser.post(reverse("desk:task_reopen", args=[task.uid]))
    assert Task.objects.get(pk=task.pk).done_at is None


def test_ticking_comes_back_to_our_own_pages_only(desk):
    browser, task = browser_of(desk, "sophie"), added(desk)
    for wanted in ("//evil.example/", "https://evil.example/cabinet/", "/compte/", "/cabinet/\\evil"):
        answer = browser.post(reverse("desk:task_done", args=[task.uid]), {"retour": wanted})
        assert answer["Location"].startswith("/cabinet/")


def test_a_get_ticks_nothing(desk):
    task = added(desk)
    for name in ("task_done", "task_reopen"):
        assert browser_of(desk, "sophie").get(reverse(f"desk:{name}", args=[task.uid])).status_code == 405


def test_an_impossible_form_comes_back_with_its_words(desk):
    browser = browser_of(desk, "sophie")
    token = browser.get(reverse("desk:tasks")).context["form"]["form_token"].value()
    answer = browser.post(
        reverse("desk:tasks"), {"kind": "other", "about": "", "due_on": "2026-02-30", "form_token": token}
    )

    assert answer.status_code == 422
    assert Task.objects.count() == 0
    answer = browser.post(reverse("desk:tasks"), {"kind": "other", "about": "", "form_token": token})
    assert answer.status_code == 422


def test_the_change_page_keeps_a_call_a_call(desk):
    visit = visit_of(desk)
    ask_for_calls(desk.actor("martin"), [visit])
    task = Task.objects.get()
    browser, path = browser_of(desk, "sophie"), reverse("desk:task", args=[task.uid])
    form = browser.get(path).context["form"]
    token = form["form_token"].value()
    answer = browser.post(path, {"kind": "other", "about": "déjà appelée deux fois", "form_token": token})

    task.refresh_from_db()
    assert (answer.status_code, task.kind, task.about) == (302, "tell", "déjà appelée deux fois")


def test_the_list_takes_the_same_statements_for_one_and_for_three(desk):
    browser, actor = browser_of(desk, "martin"), desk.actor("martin")

    def fill():
        visit = visit_of(desk, start_at=visit_start())
        added(desk, appointment=visit.uid, assignee=desk.users["sophie"].pk)
        ask_for_calls(actor, [visit])

    starts = iter(range(3))

    def visit_start():
        return clock.now() + timedelta(days=1 + next(starts))

    fill()
    browser.get(reverse("desk:tasks"))
    _, one = statements(lambda: browser.get(reverse("desk:tasks")))
    fill()
    fill()
    page, three = statements(lambda: browser.get(reverse("desk:tasks")))
    assert (len(page.context["lines"]), len(page.context["calls"]), three) == (3, 3, one)
