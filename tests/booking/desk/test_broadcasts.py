"""A practice writes to many of its patients: to whom, once each, little by little, stopped, refused, and never twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from booking.broadcasts import PER_MINUTE, Audience, adverts_in, due_time, foreign_links, health_in
from booking.enums import Status
from booking.models import Broadcast
from booking.selectors.broadcasts import figures_of, preview
from booking.services import broadcasts as service
from booking.services.broadcasts import BroadcastRefused, Choice, Wording, send_broadcast, stop_broadcast
from core import clock, jobs
from core.exceptions import NotForYou
from core.models import Job
from notifications.models import Message
from notifications.services.preferences import set_messages
from notifications.stop_links import read_stop
from notifications.testing import deliver_all, run_due_jobs
from patients.enums import Level
from practitioners.enums import Discretion
from tests.booking.conftest import actor_of
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events, statements
from tests.factories import (
    AppointmentFactory,
    GuardianshipFactory,
    PatientFactory,
    RecordFactory,
    UserFactory,
)

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
# A Tuesday, 10:00 in Paris.
TUESDAY = datetime(2026, 11, 10, 9, tzinfo=UTC)
TEXT = "Le cabinet sera fermé lundi 16 novembre. Nous vous recevrons dès le mardi."
MOBILE = "+33639980001"
_hours = iter(range(100_000))


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def patient(desk, *, agenda=None, days=3, **file):
    """A file of the practice with a visit in some days."""
    agenda = agenda or desk.agenda
    more = {name: file.pop(name) for name in ("status", "visit_reason", "concealed") if name in file}
    record = file.pop("record", None) or RecordFactory(practice=agenda.practice, **file)
    start = clock.now() + timedelta(days=days, minutes=20 * (next(_hours) % 20))
    AppointmentFactory(
        agenda=agenda, record=record, start_at=start, end_at=start + timedelta(minutes=20), overbooked=True, **more
    )
    return record


def choice(desk, *agendas, **more):
    agendas = agendas or (desk.agenda,)
    today = clock.now().date()
    spans = more or {"first_day": today, "last_day": today + timedelta(days=20)}
    return Choice(tuple(one.uid for one in agendas), **spans)


def send(desk, who="martin", *, to=None, **wording):
    return send_broadcast(
        actor=desk.actor(who),
        choice=to or choice(desk),
        wording=Wording(**{"text": TEXT, "is_no_advert": True, **wording}),
    )


def written(**more):
    return Message.objects.filter(kind="booking.broadcast", **more).order_by("pk")


def later(minutes=6):
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False)


def code_of(act):
    with pytest.raises(BroadcastRefused) as refused:
        act()
    return refused.value.code


def test_each_patient_of_the_audience_has_it_once_and_nobody_else(desk):
    patient(desk, email="a@prendsoin.example")
    patient(desk, email="a2@prendsoin.example", days=40)
    patient(desk, email="b@prendsoin.example", agenda=desk.second)
    patient(desk, email="c@prendsoin.example", agenda=desk.elsewhere)
    patient(desk, email="d@prendsoin.example", status=Status.CANCELLED_BY_PATIENT)

    send(desk)
    with later():
        deliver_all()

    assert [letter.to for letter in mail.outbox] == [["a@prendsoin.example"]]
    (letter,) = mail.outbox
    assert TEXT in letter.body
    assert letter.subject == f"Message de {desk.practice.name} à ses patients"
    assert "/notifications/rappels/" in letter.body


def test_those_seen_since_a_day(desk):
    patient(desk, email="recent@prendsoin.example", days=-10, status=Status.SEEN)
    patient(desk, email="old@prendsoin.example", days=-90, status=Status.SEEN)
    patient(desk, email="absent@prendsoin.example", days=-10, status=Status.NO_SHOW)
    patient(desk, email="coming@prendsoin.example", days=2)

    send(desk, to=choice(desk, seen_since=date(2026, 10, 1)))
    with later():
        deliver_all()

    assert [letter.to for letter in mail.outbox] == [["recent@prendsoin.example"]]


def test_a_family_that_shares_an_address_has_it_once(desk):
    mother = UserFactory(email="mere@prendsoin.example")
    child = PatientFactory()
    GuardianshipFactory(user=mother, patient=child, level=Level.GRANTED)
    patient(desk, record=RecordFactory(practice=desk.practice, patient=PatientFactory(user=mother)))
    patient(desk, record=RecordFactory(practice=desk.practice, patient=child))
    patient(desk, email="Mere@prendsoin.example")
    patient(desk, email="famille@prendsoin.example")
    patient(desk, email="Famille@prendsoin.example")

    send(desk)
    run_due_jobs()
    with later():
        deliver_all()

    assert sorted(letter.to[0] for letter in mail.outbox) == ["famille@prendsoin.example", "mere@prendsoin.example"]


def test_an_sms_goes_only_to_a_mobile_without_an_e_mail_and_only_when_written(desk, settings):
    settings.SMS_REPLIES = False
    patient(desk, email="", phone=MOBILE)
    patient(desk, email="", phone="", landline="+33148972014")
    patient(desk, email="b@prendsoin.example", phone="+33639980002")
    zone, audience = PARIS, Audience((desk.agenda.pk,), first_day=date(2026, 11, 10), last_day=date(2026, 11, 30))

    without = preview(desk.practice.pk, audience, zone, by_sms=False)
    assert (without.by_email, without.by_sms, without.unreachable) == (1, 0, 2)
    reached = preview(desk.practice.pk, audience, zone, by_sms=True)
    assert (reached.by_email, reached.by_sms, reached.unreachable) == (1, 1, 1)
    send(desk, sms="Fermé lundi 16 novembre.")
    with later():
        sent = deliver_all()

    (sms,) = [one for one in sent if one.to == MOBILE]
    assert sms.text.startswith(f"{desk.practice.name} : Fermé lundi 16 novembre.")
    assert "/notifications/rappels/" in sms.text


def test_somebody_dead_concealed_or_never_written_to_is_left_out(desk):
    patient(desk, email="dead@prendsoin.example", deceased_on=date(2026, 1, 1))
    patient(desk, email="hidden@prendsoin.example", concealed=True)
    reason = desk.offer.visit_reason
    reason.discretion = Discretion.NOT_NOTIFIED
    reason.save()
    patient(desk, email="silent@prendsoin.example", visit_reason=reason)

    assert code_of(lambda: send(desk)) == "broadcast_nobody"


def test_who_refused_such_messages_has_none_and_is_counted(desk):
    user = UserFactory(email="refus@prendsoin.example")
    patient(desk, record=RecordFactory(practice=desk.practice, patient=PatientFactory(user=user)))
    patient(desk, email="b@prendsoin.example")
    set_messages(actor=actor_of(user), wanted={"broadcast": ["sms"]})

    row = send(desk)
    with later():
        deliver_all()

    assert [letter.to for letter in mail.outbox] == [["b@prendsoin.example"]]
    figures = figures_of([row])[row.pk]
    assert (figures["sent"], figures["refused"], figures["waiting"]) == (1, 1, 0)


def test_the_link_ends_the_messages_of_practices_and_nothing_else(desk, client):
    patient(desk, email="a@prendsoin.example")
    send(desk)
    with later():
        deliver_all()
    path = next(word for word in mail.outbox[0].body.split() if "/notifications/rappels/" in word)
    path = "/notifications/rappels/" + path.partition("/notifications/rappels/")[2]
    assert read_stop(path.rstrip("/").rpartition("/")[2]).topic == "broadcast"

    client.get(path)
    assert client.post(path).status_code == 200

    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        assert code_of(lambda: send(desk)) == "broadcast_nobody"
        patient(desk, email="b@prendsoin.example")
        row = send(desk)
        with later():
            deliver_all()
    assert figures_of([row])[row.pk]["refused"] == 1
    assert [letter.to[0] for letter in mail.outbox] == ["a@prendsoin.example", "b@prendsoin.example"]


def test_it_goes_little_by_little_at_a_decent_hour_of_each_reader(desk):
    starts = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)

    assert due_time(0, starts, PARIS) == starts
    assert due_time(PER_MINUTE, starts, PARIS) == starts + timedelta(minutes=1)
    # 5:05 in Martinique: at eight there.
    assert due_time(0, starts, ZoneInfo("America/Martinique")) == datetime(2026, 11, 10, 12, tzinfo=UTC)
    # 20:00 in Nouméa: the next morning.
    assert due_time(0, starts, ZoneInfo("Pacific/Noumea")) == datetime(2026, 11, 10, 21, tzinfo=UTC)
    # What does not fit in the day goes on in the morning, not in the night.
    late = due_time(PER_MINUTE * 700, starts, PARIS)
    assert late.astimezone(PARIS).hour >= 8
    assert late.astimezone(PARIS).date() == date(2026, 11, 11)


def test_stopping_calls_back_what_was_not_sent_and_the_list_goes_no_further(desk, monkeypatch):
    monkeypatch.setattr(service, "CHUNK", 2)
    for number in range(5):
        patient(desk, email=f"p{number}@prendsoin.example")
    row = send(desk)
    jobs.run(Job.objects.filter(kind=service.JOB, state="pending").get().pk)
    assert written(state="pending").count() == 2

    stopped = stop_broadcast(actor=desk.actor("anna"), broadcast=row.uid)
    with later():
        deliver_all()

    assert (stopped.void, mail.outbox) == (True, [])
    assert written().count() == 2
    # Nobody was written to: the day's message may still be sent.
    assert send(desk).pk != row.pk


def test_stopped_on_the_way_it_counts_for_the_day(desk):
    patient(desk, email="a@prendsoin.example")
    row = send(desk)
    with later():
        deliver_all()
        assert stop_broadcast(actor=desk.actor("martin"), broadcast=row.uid).void is False
        assert code_of(lambda: send(desk)) == "broadcast_today"
    assert [event.facts["void"] for event in events("booking.stop_broadcast")] == [False]


def test_killed_at_any_chunk_it_writes_to_each_exactly_once(desk, monkeypatch):
    monkeypatch.setattr(service, "CHUNK", 2)
    for number in range(5):
        patient(desk, email=f"p{number}@prendsoin.example")
    send(desk)
    real, calls = service.notify_many, []

    def dies_every_other_time(news):
        real(news)
        calls.append(1)
        if len(calls) % 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(service, "notify_many", dies_every_other_time)
    for _attempt in range(12):
        pending = Job.objects.filter(kind=service.JOB, state="pending").first()
        if pending is None:
            break
        Job.objects.filter(pk=pending.pk).update(due_at=clock.now())
        jobs.run(pending.pk)
    with later():
        deliver_all()

    assert sorted(letter.to[0] for letter in mail.outbox) == [f"p{number}@prendsoin.example" for number in range(5)]
    assert Broadcast.objects.get().listed_at is not None


def test_the_same_form_sent_twice_sends_one(desk):
    patient(desk, email="a@prendsoin.example")
    browser = browser_of(desk, "martin")
    form = {
        "form_token": "once",
        "agendas": [str(desk.agenda.uid)],
        "who": "coming",
        "first_day": "2026-11-10",
        "last_day": "2026-11-30",
        "text": TEXT,
        "is_no_advert": "on",
        "faire": "envoyer",
    }

    answers = [browser.post("/cabinet/messages-groupes/", form) for _twice in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Broadcast.objects.count() == 1


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ({"text": "  "}, "broadcast_text"),
        ({"text": "x" * 1201}, "broadcast_text"),
        ({"sms": "x" * 141}, "broadcast_sms"),
        ({"text": "Lisez https://exemple.com/offre"}, "broadcast_link"),
        ({"text": "Voir cabinet-martin.fr/nouveau"}, "broadcast_link"),
        ({"text": "Promotion de printemps"}, "broadcast_advert"),
        ({"text": "-20 % sur tout"}, "broadcast_advert"),
        ({"sms": "Vos résultats sont là."}, "broadcast_health"),
        ({"text": "Pensez au vaccin."}, "broadcast_health"),
        ({"is_no_advert": False}, "broadcast_unconfirmed"),
    ],
)
def test_words_that_may_not_be_sent(desk, wording, code):
    patient(desk, email="a@prendsoin.example")

    assert code_of(lambda: send(desk, **wording)) == code
    assert not Broadcast.objects.exists()


def test_words_are_found_whole_whatever_their_accents():
    assert adverts_in("Les PROMOTIONS d’été") == ["promotions"]
    assert adverts_in("Nous avons le projet de promouvoir") == []
    assert health_in("Vos RÉSULTATS") == ["resultats"]
    assert foreign_links("https://www.prendsoin.fr", "Écrivez à contact@cabinet.fr ou au 01 48 97 20 14") == []
    assert foreign_links("https://www.prendsoin.fr", "https://www.prendsoin.fr/praticien/dr-martin/") == []


@pytest.mark.parametrize(
    ("who", "agenda", "allowed"),
    [
        ("martin", "agenda", True),
        ("paul", "second", True),
        ("paul", "agenda", False),
        ("sophie", "agenda", True),
        ("sophie", "second", False),
        ("martin", "elsewhere", False),
    ],
)
def test_who_writes_to_the_patients_of_which_agenda(desk, who, agenda, allowed):
    place = getattr(desk, agenda)
    patient(desk, email="a@prendsoin.example", agenda=place)
    to = choice(desk, place)
    if allowed:
        assert send(desk, who, to=to).created_by_id == desk.users[who].pk
    else:
        assert code_of(lambda: send(desk, who, to=to)) == "broadcast_agendas"


@pytest.mark.parametrize("who", ["lea", "ended", "pending", "later"])
def test_who_does_not_set_the_practice_up_writes_to_nobody(desk, who):
    patient(desk, email="a@prendsoin.example", agenda=desk.second)
    with pytest.raises(NotForYou):
        send(desk, who, to=choice(desk, desk.second))


@pytest.mark.parametrize(
    "spans",
    [
        {},
        {"first_day": date(2026, 11, 20), "last_day": date(2026, 11, 12)},
        {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 12)},
        {"first_day": date(2026, 11, 12), "last_day": date(2028, 11, 12)},
        {"seen_since": date(2026, 12, 1)},
        {"seen_since": date(2001, 1, 1)},
        {"seen_since": date(2026, 10, 1), "first_day": date(2026, 11, 12), "last_day": date(2026, 11, 13)},
    ],
)
def test_dates_that_make_no_sense_are_refused(desk, spans):
    to = Choice((desk.agenda.uid,), **spans)

    assert code_of(lambda: send(desk, to=to)) == "broadcast_dates"


def test_an_english_reader_has_the_english_and_a_discreet_one_no_name(desk):
    english = UserFactory(email="jane@prendsoin.example", language="en")
    discreet = UserFactory(email="nina@prendsoin.example")
    for user in (english, discreet):
        patient(desk, record=RecordFactory(practice=desk.practice, patient=PatientFactory(user=user)))
    set_messages(actor=actor_of(discreet), wanted={}, discreet=True)

    send(desk, text_en="The practice is closed on Monday 16 November.")
    with later():
        deliver_all()

    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert "The practice is closed" in letters["jane@prendsoin.example"].body
    hidden = letters["nina@prendsoin.example"]
    said = "".join((hidden.subject, hidden.body, *(str(part[0]) for part in hidden.alternatives)))
    assert desk.practice.name not in said
    assert TEXT not in said
    path = "/mes-rendez-vous/message/" + hidden.body.partition("/mes-rendez-vous/message/")[2].split()[0]
    client = browser_of(desk, "alice")
    assert client.get(path).status_code == 404
    client.force_login(discreet)
    assert TEXT in client.get(path).content.decode()


def test_the_preview_shows_the_very_words_and_counts(desk):
    patient(desk, email="a@prendsoin.example")
    patient(desk, email="", phone="", landline="+33148972014", first_name="Odette", birth_name="Sansmail")
    form = {
        "form_token": "t",
        "agendas": [str(desk.agenda.uid)],
        "who": "coming",
        "first_day": "2026-11-10",
        "last_day": "2026-11-30",
        "text": TEXT,
        "sms": "Fermé lundi.",
        "faire": "voir",
    }
    page = browser_of(desk, "martin").post("/cabinet/messages-groupes/", form)
    shown = page.content.decode()

    assert page.status_code == 200
    assert f"Message de {desk.practice.name} à ses patients" in shown
    assert "Odette Sansmail" in shown
    assert "Envoyer à 1 personne" in shown
    assert not Broadcast.objects.exists()


def test_lists_take_as_many_statements_for_three_as_for_one(desk):
    counts, chunks, browser = [], [], browser_of(desk, "martin")
    for number in range(3):
        patient(desk, email=f"p{number}@prendsoin.example")
        Broadcast.objects.all().delete()
        row = send(desk)
        chunks.append(statements(lambda row=row: service.list_chunk(broadcast_id=row.pk))[1])
    for number in range(3):
        Broadcast.objects.create(
            practice=desk.practice,
            text=TEXT,
            timezone="Europe/Paris",
            starts_at=TUESDAY,
            day=date(2026, 10, 1 + number),
        )
        counts.append(statements(lambda: browser.get("/cabinet/messages-groupes/"))[1])

    assert counts[0] == counts[2]
    assert chunks[0] == chunks[2]
