"""The pages where a practice decides when its patients are reminded."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.models import ReminderPlan
from booking.services.reminder_plans import set_plan
from core import clock, phrasing
from core.models import Job
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, new_offer, statements

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

OVERVIEW, EDIT = "/cabinet/reglages/rappels/", "/cabinet/reglages/rappels/modifier/"
EVE = {"e0-channel": "sms", "e0-when": "d1", "e0-at": "14:00", "e0-until": "16:00", "e0-booked": "any"}


@pytest.fixture
def martin(desk):
    return browser_of(desk, "martin")


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def send(client, path=EDIT, **fields):
    return client.post(path, {"form_token": "t", "version": "", "faire": "enregistrer", **fields})


def test_the_overview_says_every_plan_in_sentences(desk, martin):
    reason = desk.offer.visit_reason
    steps = [{"channel": "sms", "days": 1, "at": "14:00", "until": "16:00"}]
    set_plan(actor=desk.actor("martin"), visit_reason=reason.uid, steps=steps)
    shown = text(martin.get(OVERVIEW))

    assert "Un e-mail 7 jours avant à 15 h, si le rendez-vous a été pris plus de 7 jours avant." in shown
    assert "Un SMS la veille entre 14 h et 16 h." in shown
    assert shown.count("comme tout le cabinet") == 2


def test_a_plan_is_kept_and_its_reminders_planned_again(desk, martin):
    page = martin.get(f"{EDIT}?agenda={desk.agenda.uid}")
    assert "réservé" not in text(page)

    answer = send(martin, f"{EDIT}?agenda={desk.agenda.uid}", **EVE)

    assert answer.status_code == 302
    plan = ReminderPlan.objects.get()
    assert plan.agenda_id == desk.agenda.pk
    assert plan.steps == [{"channel": "sms", "days": 1, "at": "14:00", "until": "16:00", "booked": "any"}]
    assert Job.objects.get(kind="booking.replan_reminders").payload["agenda_id"] == desk.agenda.pk


def test_lines_are_added_taken_away_and_tried_without_keeping_anything(desk, martin):
    added = send(martin, **EVE, faire="ajouter")
    assert added.content.count(b'name="e1-channel"') == 1
    taken = send(martin, **EVE, faire="voir", retirer="e0")
    assert b'name="e0-channel"' not in taken.content
    assert "Aucun rappel n’est envoyé." in text(taken)
    day = clock.today(ZoneInfo("Europe/Paris")) + timedelta(days=100)
    tried = send(martin, **EVE, faire="voir", day=day.isoformat(), wall="10:00")
    eve = phrasing.day_text(day - timedelta(days=1), weekday=True)
    assert f"un SMS {eve} à 15 h" in text(tried)
    restored = send(martin, **EVE, faire="defaut")
    assert restored.content.count(b'name="e') == 4 * 5
    assert not ReminderPlan.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"e0-at": "22:30"}, "Personne n’est dérangé"),
        ({"e0-until": "13:00"}, "La fin de la plage vient après son début"),
        ({"e0-channel": "pigeon"}, "Sélectionnez un choix valide"),
        ({"e0-when": "m5"}, "Entre 30 minutes et 72 heures"),
        ({"e0-when": "dd"}, "Sélectionnez un choix valide"),
        ({f"e1-{name.partition('-')[2]}": value for name, value in EVE.items()}, "Deux rappels sont les mêmes"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_kept(martin, wrong, said):
    answer = send(martin, **{**EVE, **wrong})

    assert answer.status_code == 422
    assert said in text(answer)
    assert not ReminderPlan.objects.exists()


def test_more_than_eight_lines_never_come_in(martin):
    lines = {f"e{n}-{name.partition('-')[2]}": value for n in range(12) for name, value in EVE.items()}
    answer = send(martin, **{**lines, **{f"e{n}-when": f"m{60 + n}" for n in range(12)}})

    assert answer.status_code == 302
    assert len(ReminderPlan.objects.get().steps) == 8


def test_somebody_else_s_change_is_not_overwritten(desk, martin):
    set_plan(actor=desk.actor("anna"), steps=[])
    answer = send(martin, **EVE)

    assert answer.status_code == 409
    assert "Quelqu’un vient de modifier cela." in text(answer)
    assert ReminderPlan.objects.get().steps == []


def test_a_level_s_own_plan_is_forgotten(desk, martin):
    set_plan(actor=desk.actor("martin"), agenda=desk.agenda.uid, steps=[])
    page = martin.get(f"{EDIT}?agenda={desk.agenda.uid}")
    version = page.context["form"]["version"].value()

    assert send(martin, f"{EDIT}?agenda={desk.agenda.uid}", version=version, faire="oublier").status_code == 302
    assert not ReminderPlan.objects.exists()


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("sophie", "?agenda={agenda}", 200),
        ("sophie", "?agenda={second}", 404),
        ("lea", "", 404),
        ("martin", "?agenda={elsewhere}", 404),
        ("martin", "?agenda=x", 404),
        ("martin", "?motif={elsewhere}", 404),
    ],
)
def test_who_opens_which_plan(desk, who, query, status):
    names = {name: getattr(desk, name).uid for name in ("agenda", "second", "elsewhere")}

    assert browser_of(desk, who).get(EDIT + query.format(**names)).status_code == status


def test_the_overview_takes_as_many_statements_for_three_plans_as_for_one(desk, martin):
    counts = []
    for number in range(3):
        reason = new_offer(desk.agenda).visit_reason
        set_plan(
            actor=desk.actor("martin"), visit_reason=reason.uid, steps=[{"channel": "sms", "minutes": 60 + number}]
        )
        counts.append(statements(lambda: martin.get(reverse("desk:reminders")))[1])

    assert counts[0] == counts[2]
