"""A plan or a clock that changes: what waits follows, what was told is not told again, whatever dies in between."""

from datetime import timedelta

import pytest
import time_machine

from booking.models import Appointment
from booking.services import reminder_replanning
from booking.services.reminder_plans import PlanRefused, reset_plan, set_plan, version_of_plan
from booking.services.reminder_replanning import JOB, replan_chunk
from core import clock, jobs
from core.exceptions import NotForYou
from core.models import Job
from notifications.models import Message, ReminderPreference
from notifications.services.preferences import set_reminders
from notifications.testing import deliver_all, run_due_jobs
from tests.booking.conftest import actor_of, book
from tests.booking.reminders.conftest import planned, said
from tests.booking.reminders.test_planning import start_on
from tests.desk import desk, events, statements
from tests.factories import AppointmentFactory, RecordFactory

__all__ = ["desk"]

pytestmark = pytest.mark.django_db

EVE = [{"channel": "sms", "days": 1, "at": "16:00"}]
FAR = [{"channel": "email", "days": 7, "at": "15:00"}, {"channel": "sms", "days": 2, "at": "15:00"}]


def coming(desk, *, days=14, agenda=None, email="lea@prendsoin.example", **more):
    """A visit noted today for a person without an account, with the reminders of the present plan."""
    agenda = agenda or desk.agenda
    record = more.pop("record", None) or RecordFactory(practice=agenda.practice, email=email, phone="+33639980001")
    start = clock.now().replace(minute=0) + timedelta(days=days, hours=len(Appointment.objects.all()) % 6)
    visit = AppointmentFactory(
        agenda=agenda, record=record, start_at=start, end_at=start + timedelta(minutes=20), **more
    )
    replan_chunk(practice_id=visit.practice_id)
    return Appointment.objects.get(pk=visit.pk)


def settle():
    """The jobs of a change run, once their half minute is over."""
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        while run_due_jobs():
            pass


def test_a_new_plan_calls_the_old_reminders_back_and_writes_the_new_ones(desk):
    visit = coming(desk)
    assert said(planned(visit)) == ["email 17/11 14:00", "sms 22/11 14:00", "email 23/11 14:00"]

    set_plan(actor=desk.actor("martin"), steps=EVE)
    settle()

    assert said(planned(visit)) == ["sms 23/11 15:00"]
    assert Message.objects.filter(state="cancelled", last_error="replanned").count() == 3


def test_going_back_to_the_old_plan_brings_its_reminders_back_once(desk):
    visit = coming(desk)
    before = said(planned(visit))

    set_plan(actor=desk.actor("martin"), steps=EVE)
    settle()
    reset_plan(actor=desk.actor("martin"))
    settle()

    assert said(planned(visit)) == before
    assert all(row.address for row in planned(visit))
    assert len(Message.objects.filter(kind="booking.reminder")) == 4


def test_what_was_sent_stays_alone_even_at_another_hour_of_the_same_day(desk):
    visit = coming(desk)
    with time_machine.travel(visit.start_at - timedelta(days=2, hours=-5), tick=False):
        sms = next(row for row in planned(visit) if row.channel == "sms")
        Message.objects.filter(pk=sms.pk).update(state="sent", finished_at=clock.now(), address=None)
        set_plan(actor=desk.actor("martin"), steps=[{"channel": "sms", "days": 2, "at": "18:00"}, *EVE])
        settle()

    assert [row.occasion for row in planned(visit)] == ["d1-1600"]
    assert Message.objects.get(pk=sms.pk).state == "sent"


def test_a_step_whose_moment_is_past_is_not_sent_late(desk):
    visit = coming(desk, days=3)

    set_plan(actor=desk.actor("martin"), steps=[{"channel": "email", "days": 7, "at": "15:00"}, *EVE])
    settle()

    assert [row.occasion for row in planned(visit)] == ["d1-1600"]


def test_booked_long_ahead_is_judged_by_the_day_of_the_booking(desk):
    visit = coming(desk, days=10)
    with time_machine.travel(clock.now() + timedelta(days=6), tick=False):
        set_plan(actor=desk.actor("martin"), steps=[{"channel": "sms", "days": 1, "at": "17:00", "booked": "far"}])
        settle()

        assert [row.occasion for row in planned(visit)] == ["d1-1700"]


def test_planning_again_twice_changes_nothing_more(desk):
    visit = coming(desk)
    set_plan(actor=desk.actor("martin"), steps=EVE)
    settle()
    before = list(Message.objects.order_by("pk").values())

    again = replan_chunk(practice_id=visit.practice_id)

    assert (again.cancelled, again.changed, again.written) == (0, 0, 0)
    assert list(Message.objects.order_by("pk").values()) == before


def test_a_death_between_two_chunks_loses_and_doubles_nothing(desk, monkeypatch):
    visits = [coming(desk, days=12 + n, email=f"p{n}@prendsoin.example") for n in range(5)]
    monkeypatch.setattr(reminder_replanning, "CHUNK", 2)
    Job.objects.all().delete()
    set_plan(actor=desk.actor("martin"), steps=EVE)

    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        first = Job.objects.get(kind=JOB, state="pending")
        plan_again, calls = reminder_replanning.plan_again, []

        def dies_once(*args):
            done = plan_again(*args)
            calls.append(done)
            if len(calls) == 2:
                raise RuntimeError("killed")
            return done

        monkeypatch.setattr(reminder_replanning, "plan_again", dies_once)
        jobs.run(first.pk)
        second = Job.objects.filter(kind=JOB, state="pending").latest("pk")
        assert jobs.run(second.pk).error is not None
        # The second chunk left nothing behind, nor did it hand on to the third.
        assert [len(planned(visit)) for visit in visits] == [1, 1, 3, 3, 3]
        Job.objects.filter(pk=second.pk).update(due_at=clock.now())
        while run_due_jobs():
            pass

    assert [said(planned(visit))[0].partition(" ")[0] for visit in visits] == ["sms"] * 5
    keys = list(Message.objects.filter(kind="booking.reminder", state="pending").values_list("subject", flat=True))
    assert sorted(keys) == sorted(f"appointment:{visit.pk}" for visit in visits)


def test_a_chunk_done_twice_at_once_writes_each_reminder_once(desk):
    visit = coming(desk)
    for _twice in range(2):
        set_plan(actor=desk.actor("martin"), steps=EVE)
        replan_chunk(practice_id=visit.practice_id)

    assert said(planned(visit)) == ["sms 23/11 15:00"]


def test_a_change_during_the_run_starts_over_for_all(desk, monkeypatch):
    monkeypatch.setattr(reminder_replanning, "CHUNK", 1)
    visits = [coming(desk, email=f"p{n}@prendsoin.example") for n in range(3)]
    set_plan(actor=desk.actor("martin"), steps=EVE)
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        run_due_jobs()
        set_plan(actor=desk.actor("martin"), steps=[{"channel": "email", "days": 1, "at": "17:00"}])
        settle()

    assert {said(planned(visit))[0] for visit in visits} == {"email 23/11 16:00"}


def test_a_plan_of_an_agenda_leaves_the_other_agendas_alone(desk):
    visit, other = coming(desk), coming(desk, agenda=desk.second, email="b@prendsoin.example")
    before = said(planned(other))

    set_plan(actor=desk.actor("sophie"), agenda=desk.agenda.uid, steps=[])
    settle()

    assert planned(visit) == []
    assert said(planned(other)) == before


def test_a_person_who_lives_by_another_clock_is_reminded_by_it(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))
    deliver_all()

    set_reminders(actor=actor_of(alice), by_email=True, by_sms=True, timezone="America/Martinique")
    settle()

    assert said(planned(visit)) == ["email 17/11 19:00", "sms 22/11 19:00", "email 23/11 19:00"]
    assert Message.objects.filter(kind="booking.reminder").count() == 3


def test_a_choice_without_a_new_clock_plans_nothing_again(alice):
    set_reminders(actor=actor_of(alice), by_email=False, by_sms=True)

    assert not Job.objects.filter(kind=JOB).exists()
    assert ReminderPreference.objects.get().by_email is False


def test_a_place_in_another_zone_takes_its_reminders_along(desk):
    visit = coming(desk)
    location = desk.agenda.location
    location.timezone = "Indian/Reunion"
    location.save()
    settle()

    # 15:00 in La Réunion is 11:00 UTC.
    assert said(planned(visit)) == ["email 17/11 11:00", "sms 22/11 11:00", "email 23/11 11:00"]


def test_a_chunk_takes_the_same_statements_for_one_visit_and_for_three(desk):
    counts = []
    for email in ("a", "b", "c"):
        visit = coming(desk, email=f"{email}@prendsoin.example")
        replan_chunk(practice_id=visit.practice_id)
        counts.append(statements(lambda: replan_chunk(practice_id=desk.practice.pk))[1])

    assert counts[0] == counts[2]


@pytest.mark.parametrize(
    ("who", "level", "allowed"),
    [
        ("martin", {}, True),
        ("sophie", {}, True),
        ("sophie", {"agenda": "agenda"}, True),
        ("sophie", {"agenda": "second"}, False),
        ("lea", {"agenda": "second"}, False),
        ("lea", {}, False),
        ("ended", {}, False),
        ("diallo", {"agenda": "agenda"}, False),
        ("martin", {"agenda": "elsewhere"}, False),
    ],
)
def test_who_sets_a_plan(desk, who, level, allowed):
    level = {name: getattr(desk, value).uid for name, value in level.items()}
    if allowed:
        set_plan(actor=desk.actor(who), steps=EVE, **level)
        assert events("booking.set_reminder_plan")[0].facts["steps"] == ["d1-1600"]
        return
    with pytest.raises(NotForYou):
        set_plan(actor=desk.actor(who), steps=EVE, **level)
    assert not events("booking.set_reminder_plan")


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"channel": "pigeon", "minutes": 60}, "plan_channel"),
        ({"channel": "sms", "minutes": 5}, "plan_minutes"),
        ({"channel": "sms", "days": 1, "at": "22:00"}, "plan_quiet"),
        ({"channel": "sms", "days": 1, "at": "14:00", "until": "13:00"}, "plan_until"),
        ({"channel": "sms", "days": 1, "at": "14:00", "until": "22:00"}, "plan_until"),
        ({"channel": "sms", "days": 40, "at": "14:00"}, "plan_days"),
        ({"channel": "sms"}, "plan_moment"),
    ],
)
def test_a_malformed_plan_is_refused(desk, step, code):
    with pytest.raises(PlanRefused) as refused:
        set_plan(actor=desk.actor("martin"), steps=[step])
    assert refused.value.code == code
    with pytest.raises(PlanRefused, match="plan_steps"):
        set_plan(actor=desk.actor("martin"), steps=[{"channel": "sms", "minutes": 60 + n} for n in range(9)])


def test_a_stale_plan_is_not_overwritten(desk):
    plan = set_plan(actor=desk.actor("martin"), steps=EVE, expected="")
    with pytest.raises(PlanRefused) as refused:
        set_plan(actor=desk.actor("anna"), steps=FAR, expected="")
    assert refused.value.code == "changed_meanwhile"
    plan.refresh_from_db()
    set_plan(actor=desk.actor("anna"), steps=FAR, expected=version_of_plan(plan))
    plan.refresh_from_db()
    assert [step["days"] for step in plan.steps] == [7, 2]
