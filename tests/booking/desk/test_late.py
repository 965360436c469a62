"""A delay told at the desk: to exactly those expected and not arrived, twice at most, never after their hour and the delay."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from booking.enums import Status, TaskKind
from booking.models import Appointment, AppointmentChange, LateNotice, LateNoticeLine, Task
from booking.selectors.late import late_visits, minutes_late, window_end
from booking.services.desk_status import mark_arrived
from booking.services.late import LateRefused, announce_delay, withdraw_delay
from core import clock
from core.exceptions import NotForYou
from notifications.models import Message
from notifications.services.preferences import set_messages
from notifications.testing import deliver_all
from notifications.topics import Topic
from patients.models import PatientRecord
from practitioners.enums import Discretion
from tests.booking.conftest import actor_of
from tests.booking.desk.desk_acts import at_hour, caller
from tests.desk import events, statements
from tests.factories import AppointmentFactory, PatientFactory, RecordFactory, UserFactory

pytestmark = pytest.mark.django_db

# A Tuesday of winter, 9:00 in Paris.
NINE = datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nine():
    with time_machine.travel(NINE - timedelta(days=1), tick=False) as traveller:
        yield traveller


def put(desk, start, *, record):
    """A visit that was booked at the desk and told of long ago."""
    reason = desk.agenda.reasons.order_by("pk").first().visit_reason
    return AppointmentFactory(agenda=desk.agenda, record=record, start_at=start, visit_reason=reason)


@pytest.fixture
def morning(desk, nine):
    """Visits at 10, 11 and 12 h and one at 15 h, booked the day before; it is 9 h now and nothing waits."""
    phones = ("+33639980001", "+33639980002", "+33639980003", "+33639980004")
    visits = [
        put(desk, at_hour(desk.agenda, hour), record=caller(desk, email="", phone=phone))
        for hour, phone in zip((10, 11, 12, 15), phones, strict=True)
    ]
    nine.move_to(NINE)
    return visits


def late(desk, minutes=25, window="demi-journee", who="sophie", **more):
    return announce_delay(actor=desk.actor(who), agenda=desk.agenda.uid, minutes=minutes, window=window, **more)


def heard():
    """Who is sent what about a delay, now."""
    return sorted((one.to, one.text.split(".")[0]) for one in deliver_all() if "etard" in one.text)


def test_the_half_day_is_told_and_nobody_else(desk, morning):
    late(desk)

    told = heard()
    assert [to for to, _ in told] == ["+33639980001", "+33639980002", "+33639980003"]
    assert "25 min" in told[0][1]
    assert "10 h commencera vers 10 h 25" in told[0][1]


@pytest.mark.parametrize(("window", "count"), [("1h", 0), ("2h", 1), ("3h", 2), ("4h", 3)])
def test_a_window_of_hours_tells_those_who_begin_in_it(desk, morning, nine, window, count):
    if not count:
        with pytest.raises(LateRefused) as refused:
            late(desk, window=window)
        assert refused.value.code == "late_nobody"
        return
    late(desk, window=window)

    assert len(heard()) == count


def test_who_arrived_cancelled_or_began_is_not_told(desk, morning, nine):
    mark_arrived(actor=desk.actor("sophie"), appointment=morning[0].uid)
    Appointment.objects.filter(pk=morning[1].pk).update(status=Status.CANCELLED_BY_PATIENT)
    late(desk)

    assert [to for to, _ in heard()] == ["+33639980003"]


def test_who_arrives_between_the_notice_and_its_sending_is_not_told(desk, morning):
    late(desk)
    mark_arrived(actor=desk.actor("sophie"), appointment=morning[0].uid)

    assert [to for to, _ in heard()] == ["+33639980002", "+33639980003"]


def test_nothing_leaves_once_the_hour_and_the_delay_are_past(desk, morning, nine):
    late(desk, minutes=10)
    nine.move_to(morning[0].start_at + timedelta(minutes=10))

    assert [to for to, _ in heard()] == ["+33639980002", "+33639980003"]


def test_it_may_still_leave_during_the_delay(desk, morning, nine):
    late(desk, minutes=10)
    nine.move_to(morning[0].start_at + timedelta(minutes=9))

    assert len(heard()) == 3


def test_a_patient_is_told_twice_a_day_at_most(desk, morning):
    counts = []
    for minutes in (10, 20, 30, 40):
        late(desk, minutes=minutes)
        counts.append(len(heard()))

    assert counts == [3, 3, 0, 0]


def test_a_second_notice_replaces_the_first_that_was_not_sent(desk, morning):
    late(desk, minutes=20)
    late(desk, minutes=40)
    late(desk, minutes=60)

    told = heard()
    assert len(told) == 3
    assert all("60 min" in text for _, text in told)
    assert LateNotice.objects.filter(ended_at__isnull=True).count() == 1
    late(desk, minutes=70)
    assert len(heard()) == 3


def test_on_time_calls_back_what_was_not_sent(desk, morning):
    late(desk)
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)

    assert heard() == []
    assert LateNoticeLine.objects.filter(withdrawn=False).count() == 0


def test_on_time_tells_those_who_were_told(desk, morning):
    late(desk)
    heard()
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)

    told = heard()
    assert len(told) == 3
    assert all("rattrapé" in text for _, text in told)
    with pytest.raises(LateRefused) as refused:
        withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)
    assert refused.value.code == "late_none"


def test_whom_nobody_can_reach_is_on_the_call_list_until_on_time(desk, morning):
    silent = put(desk, at_hour(desk.agenda, 10, 30, days=0), record=caller(desk, email=""))
    late(desk)

    (task,) = Task.objects.filter(kind=TaskKind.TELL)
    assert task.appointment == silent
    assert "25 minutes de retard" in task.about
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)
    assert not Task.objects.exists()


def test_a_call_about_a_change_of_the_visit_outlives_the_delay(desk, morning):
    silent = put(desk, at_hour(desk.agenda, 10, 30, days=0), record=caller(desk, email=""))
    Task.objects.create(practice=desk.practice, kind=TaskKind.TELL, appointment=silent, record=silent.record)
    late(desk)
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)

    assert Task.objects.count() == 1


def test_a_reason_about_which_nothing_is_written_is_called(desk, morning):
    reason = morning[0].visit_reason
    reason.discretion = Discretion.NOT_NOTIFIED
    reason.save()
    late(desk)

    assert heard() == []
    assert Task.objects.filter(kind=TaskKind.TELL).count() == 3


def test_an_account_is_told_by_email_sms_and_bell(desk, morning):
    user = UserFactory(email="alice2@prendsoin.example", phone="+33639980009", phone_verified_at=clock.now())
    record = RecordFactory(practice=desk.practice, patient=PatientFactory(user=user))
    AppointmentFactory(
        agenda=desk.agenda, record=record, start_at=at_hour(desk.agenda, 10, 30, days=0), status=Status.BOOKED
    )
    late(desk, window="2h")
    deliver_all()

    sent = Message.objects.filter(user=user, kind="booking.late", state="sent")
    assert sorted(sent.values_list("channel", flat=True)) == ["bell", "email", "sms"]


def test_who_refuses_delays_by_sms_gets_none(desk, morning):
    user = UserFactory(email="alice2@prendsoin.example", phone="+33639980009", phone_verified_at=clock.now())
    record = RecordFactory(practice=desk.practice, patient=PatientFactory(user=user))
    AppointmentFactory(agenda=desk.agenda, record=record, start_at=at_hour(desk.agenda, 10, 30, days=0))
    set_messages(actor=actor_of(user), wanted={Topic.LATE: ["email"]})
    late(desk, window="2h")
    deliver_all()

    assert not Message.objects.filter(user=user, kind="booking.late", channel="sms", state="sent").exists()


def test_no_name_nor_reason_is_in_a_notice(desk, morning):
    late(desk)
    for one in deliver_all():
        if "etard" in one.text:
            for secret in (morning[0].reason_name, morning[0].specialty.name, morning[0].performer.last_name):
                assert secret not in one.text


@pytest.mark.parametrize("minutes", [4, 121, 0, -5])
def test_minutes_out_of_bounds_are_refused(desk, morning, minutes):
    with pytest.raises(LateRefused) as refused:
        late(desk, minutes=minutes)
    assert refused.value.code == "late_minutes"


def test_a_window_that_is_not_offered_is_refused(desk, morning):
    with pytest.raises(LateRefused) as refused:
        late(desk, window="toujours")
    assert refused.value.code == "late_window"


@pytest.mark.parametrize("who", ["paul", "diallo", "alice", "ended", "pending"])
def test_who_does_not_run_the_agenda_finds_none(desk, morning, who):
    with pytest.raises(NotForYou):
        late(desk, who=who)


def test_a_notice_is_one_row_of_the_journal_and_a_line_of_each_history(desk, morning):
    late(desk)

    (event,) = events("booking.announce_delay")
    assert event.facts == {"minutes": 25, "expected": 3, "told": 3}
    assert AppointmentChange.objects.filter(kind="late", by_practice=True).count() == 3


def test_the_half_day_ends_at_13_h_then_at_midnight(desk):
    assert window_end("demi-journee", desk.agenda, NINE) == datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert window_end("demi-journee", desk.agenda, NINE + timedelta(hours=5)) == datetime(2026, 11, 10, 23, tzinfo=UTC)
    assert window_end("4h", desk.agenda, NINE + timedelta(hours=13)) == datetime(2026, 11, 10, 23, tzinfo=UTC)


def test_the_patient_sees_the_delay_while_it_stands(desk, morning):
    late(desk)
    assert minutes_late(morning[0]) == 25
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)
    assert minutes_late(morning[0]) is None


def test_the_preview_takes_as_many_statements_for_one_visit_as_for_four(desk, morning):
    def read(until):
        return late_visits(desk.actor("sophie"), desk.agenda, until=until, now=clock.now())

    few, one = statements(lambda: read(NINE + timedelta(hours=2)))
    many, four = statements(lambda: read(NINE + timedelta(hours=12)))

    assert (len(few), len(many)) == (1, 4)
    assert one == four


def test_a_second_announcement_of_the_same_form_is_one(desk, morning):
    from core.idempotency import Claim

    claim = Claim(key="late-1", operation="late", body_hash="x" * 64)
    first = late(desk, claim=claim)
    assert late(desk, claim=claim) == first
    assert LateNotice.objects.count() == 1


def test_an_objection_to_messages_makes_a_call(desk, morning):
    PatientRecord.objects.filter(pk=morning[0].record_id).update(messages_refused_at=clock.now())
    late(desk, window="2h")

    assert heard() == []
    assert Task.objects.get(kind=TaskKind.TELL).appointment == morning[0]


def family(desk, *, phone="+33639980042", email="", hours=((10, 20), (10, 40))):
    """Two files with one telephone or one address, each with a visit this morning."""
    return [
        put(desk, at_hour(desk.agenda, hour, minute, days=0), record=caller(desk, email=email, phone=phone))
        for hour, minute in hours
    ]


def test_a_family_behind_one_phone_gets_one_message_of_all_its_hours(desk, morning):
    family(desk)
    late(desk, window="2h")

    told = [text for to, text in heard() if to == "+33639980042"]
    assert len(told) == 1
    assert "10 h 20 et 10 h 40 commenceront vers 10 h 45 et 11 h 05" in told[0]


def test_a_family_behind_one_address_gets_one_letter(desk, morning):
    family(desk, phone="", email="Famille@prendsoin.example")
    late(desk, window="2h")

    (letter,) = [one for one in deliver_all() if "@" in one.to and "retard" in one.text]
    assert letter.to.casefold() == "famille@prendsoin.example"
    for words in (letter.text, letter.subject, letter.html):
        assert "10 h 20 et 10 h 40" in words.replace("\u00a0", " ")


def test_a_family_is_told_twice_a_day_at_most_together(desk, morning):
    family(desk)
    counts = []
    for minutes in (10, 20, 30):
        late(desk, minutes=minutes, window="2h")
        counts.append(sum(to == "+33639980042" for to, _ in heard()))

    assert counts == [1, 1, 0]


def test_one_of_a_family_who_arrived_is_left_out_of_its_message(desk, morning):
    first, _second = family(desk)
    late(desk, window="2h")
    mark_arrived(actor=desk.actor("sophie"), appointment=first.uid)

    (told,) = [text for to, text in heard() if to == "+33639980042"]
    assert "10 h 40" in told
    assert "10 h 20" not in told


def test_the_end_of_a_delay_is_told_to_a_family_once(desk, morning):
    family(desk)
    late(desk, window="2h")
    heard()
    withdraw_delay(actor=desk.actor("sophie"), agenda=desk.agenda.uid)

    (told,) = [text for to, text in heard() if to == "+33639980042"]
    assert "bien à 10 h 20 et 10 h 40" in told


def test_two_visits_of_one_patient_count_as_one_patient(desk, morning, nine):
    """Told of each in turn, they hear of the delay twice, not once more for the second visit."""
    record = caller(desk, email="", phone="+33639980042")
    for hour in (10, 12):
        put(desk, at_hour(desk.agenda, hour, 30, days=0), record=record)
    counts = []
    for minutes, window in ((10, "2h"), (20, "2h"), (30, "demi-journee")):
        late(desk, minutes=minutes, window=window)
        counts.append(sum(to == "+33639980042" for to, _ in heard()))

    assert counts == [1, 1, 0]


def test_an_account_and_a_file_with_the_same_phone_are_told_together(desk, morning):
    user = UserFactory(email="alice2@prendsoin.example", phone="+33639980042", phone_verified_at=clock.now())
    record = RecordFactory(practice=desk.practice, patient=PatientFactory(user=user))
    AppointmentFactory(agenda=desk.agenda, record=record, start_at=at_hour(desk.agenda, 10, 40, days=0))
    family(desk, hours=((10, 20),))
    late(desk, window="2h")

    told = [one for one in deliver_all() if one.to == "+33639980042" and "etard" in one.text]
    assert len(told) == 1
    assert "10 h 20 et 10 h 40" in told[0].text
