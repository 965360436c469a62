"""The pass over everybody: who is told, once, what is suppressed, and what a kill in the middle leaves."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from carnet.enums_health import Theme
from carnet.messages_prevention import prevention as compose
from carnet.models import (
    PreventionAct,
    PreventionChunk,
    PreventionConsent,
    PreventionDigest,
    PreventionNotice,
    PreventionRun,
)
from carnet.services import prevention_run as run
from carnet.services.prevention import choose_themes, declare_done, refuse_rule, stop_messages
from core import clock
from core.jobs import run as run_job
from core.models import Job
from notifications.models import Message
from patients.majority import PARIS
from patients.models import Patient
from practitioners.models import ReasonKind
from tests import factories as make


@pytest.fixture
def agreed(alice):
    choose_themes(actor=alice.actor, patient=alice.patient.uid, themes=["cancers"])
    return alice


def whole_run(day=None, size=run.CHUNK):
    started = run.start_run(day, size=size)
    for chunk in PreventionChunk.objects.filter(run=started).order_by("pk"):
        run.do_chunk(chunk.pk)
    run.end_run(started.pk)
    started.refresh_from_db()
    return started


def codes():
    return sorted(PreventionNotice.objects.values_list("code", flat=True))


def test_who_agreed_is_told_once_by_bell_and_email(agreed, bob):
    done = whole_run()

    assert done.finished_at is not None
    assert codes() == ["DEP-COL-30", "DEP-COLON", "DEP-SEIN"]
    assert sorted(Message.objects.values_list("channel", "user_id")) == [
        ("bell", agreed.user.pk),
        ("email", agreed.user.pk),
    ]


def test_nobody_is_told_without_agreeing(alice, bob):
    whole_run()

    assert not PreventionDigest.objects.exists()


def test_running_again_tells_nothing_more(agreed):
    today = clock.today(PARIS)
    whole_run()
    whole_run()
    whole_run(today + timedelta(days=1))
    whole_run(today + timedelta(days=40))

    assert PreventionDigest.objects.count() == 1
    assert Message.objects.count() == 2


def test_at_most_one_digest_a_month_and_what_waited_comes_next(agreed):
    today = clock.today(PARIS)
    whole_run()
    choose_themes(actor=agreed.actor, patient=agreed.patient.uid, themes=["cancers", "checkups"])
    whole_run(today + timedelta(days=5))
    assert PreventionDigest.objects.count() == 1

    PreventionDigest.objects.update(created_at=clock.now() - timedelta(days=40), month=date(2020, 1, 1))
    whole_run(today + timedelta(days=6))
    assert PreventionDigest.objects.count() == 2
    assert "MBP-45" in codes()


def test_case_61_done_declined_and_booked_are_not_told(agreed):
    declare_done(actor=agreed.actor, patient=agreed.patient.uid, code="DEP-SEIN", done_on=clock.today(PARIS))
    refuse_rule(actor=agreed.actor, patient=agreed.patient.uid, code="DEP-COLON")
    specialty = make.SpecialtyFactory(slug="sage-femme", name="Sage-femme", profession="50")
    kind = ReasonKind.objects.create(
        specialty=specialty,
        slug="frottis-de-depistage",
        name="Frottis",
        name_en="x",
        duration_minutes=20,
        modes=["office"],
    )
    agenda = make.BookableAgendaFactory(practitioner=make.PractitionerFactory(specialty=specialty))
    reason = agenda.reasons.get().visit_reason
    reason.kind = kind
    reason.save()
    make.AppointmentFactory(
        patient=agreed.patient, agenda=agenda, visit_reason=reason, start_at=clock.now() + timedelta(days=9)
    )

    whole_run()

    assert codes() == []


@pytest.mark.parametrize("event", ["withdrawn", "stopped", "deceased", "removed", "closed", "done"])
def test_case_61_message_planned_before_the_event_is_not_sent(agreed, event):
    whole_run()
    message = Message.objects.get(channel="email")
    assert compose(message) is not None

    if event == "withdrawn":
        choose_themes(actor=agreed.actor, patient=agreed.patient.uid, themes=[])
    elif event == "stopped":
        stop_messages(actor=agreed.actor, user_id=agreed.user.pk)
    elif event == "deceased":
        Patient.objects.filter(pk=agreed.patient.pk).update(deceased_on=date(2026, 1, 1))
    elif event == "removed":
        Patient.objects.filter(pk=agreed.patient.pk).update(removed_at=clock.now())
    elif event == "closed":
        type(agreed.user).objects.filter(pk=agreed.user.pk).update(is_active=False)
    else:
        for code in ("DEP-SEIN", "DEP-COLON", "DEP-COL-30"):
            declare_done(actor=agreed.actor, patient=agreed.patient.uid, code=code, done_on=clock.today(PARIS))

    assert compose(message) is None


def test_email_says_only_that_a_message_waits(agreed):
    whole_run()
    envelope = compose(Message.objects.get(channel="email"))
    said = f"{envelope.subject} {envelope.text} {envelope.html}".lower()

    assert envelope.subject == "Nouveau message"
    for word in ("cancer", "dépist", "vaccin", "santé", "prévention", "carnet", "sein", "rappel", "alice"):
        assert word not in said.replace(envelope.unsubscribe.lower(), "").replace("/carnet/prevention/", "")


def test_guardian_is_told_about_a_child_until_fifteen(alice, leo):
    choose_themes(actor=alice.actor, patient=leo.uid, themes=["vaccines"])
    whole_run()
    assert PreventionNotice.objects.filter(patient=leo, user=alice.user).exists()

    PreventionDigest.objects.all().delete()
    Patient.objects.filter(pk=leo.pk).update(birth_date=clock.today(PARIS).replace(year=clock.today(PARIS).year - 15))
    whole_run(clock.today(PARIS) + timedelta(days=1))
    assert not PreventionNotice.objects.exists()


def test_right_that_ended_tells_nothing(alice, leo):
    choose_themes(actor=alice.actor, patient=leo.uid, themes=["vaccines"])
    leo.guardianships.update(ends_at=clock.now())

    whole_run()

    assert not PreventionDigest.objects.exists()


def test_all_the_people_of_an_account_are_in_one_digest(alice, leo):
    choose_themes(actor=alice.actor, patient=alice.patient.uid, themes=["cancers"])
    choose_themes(actor=alice.actor, patient=leo.uid, themes=["vaccines"])

    whole_run(size=1)

    assert PreventionDigest.objects.count() == 1
    assert PreventionNotice.objects.values("patient").distinct().count() == 2
    assert Message.objects.count() == 2


def test_chunks_cover_everybody_once(db):
    people = [make.PatientFactory().pk for _ in range(7)]
    started = run.start_run(size=3)
    ranges = list(PreventionChunk.objects.filter(run=started).order_by("pk").values_list("after_id", "upto_id"))

    covered = [pk for pk in people for after, upto in ranges if after < pk <= upto]
    assert covered == people
    assert [after for after, _ in ranges[1:]] == [upto for _, upto in ranges[:-1]]


def test_chunk_that_dies_in_its_middle_leaves_nothing_and_is_done_later(agreed):
    started = run.start_run()
    chunk = PreventionChunk.objects.get(run=started)

    class Killed(Exception):
        pass

    def die():
        with transaction.atomic():
            run.do_chunk(chunk.pk)
            raise Killed

    with pytest.raises(Killed):
        die()
    assert not PreventionNotice.objects.exists()
    assert not Message.objects.exists()
    assert run.end_run(started.pk) is False

    assert run.do_chunk(chunk.pk) is True
    assert run.do_chunk(chunk.pk) is False
    assert run.end_run(started.pk) is True
    assert Message.objects.count() == 2


def test_jobs_do_the_whole_run(agreed):
    run.start_run()
    for _round in range(3):
        for job in Job.objects.filter(state="pending", kind__startswith="carnet.").order_by("pk"):
            run_job(job.pk)

    assert PreventionRun.objects.get().finished_at is not None
    assert codes() == ["DEP-COL-30", "DEP-COLON", "DEP-SEIN"]


def test_number_of_statements_does_not_grow_with_people(agreed, bob, django_assert_num_queries):
    def measure():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        PreventionDigest.objects.all().delete()
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            run.tell(clock.today(PARIS), after_id=0, upto_id=10**9)
        return len(queries)

    one = measure()
    choose_themes(actor=bob.actor, patient=bob.patient.uid, themes=["cancers"])
    for _ in range(2):
        user = make.UserFactory()
        person = make.PatientFactory(user=user, birth_date=date(1970, 1, 1))
        PreventionConsent.objects.create(
            patient=person, user=user, theme=Theme.CANCERS, text_version="x", given_at=clock.now()
        )

    assert measure() == one
    assert PreventionDigest.objects.count() == 4


def test_stop_link_ends_messages_without_signing_in(agreed, client):
    from carnet.stop_links import stop_path

    path = stop_path(agreed.user.pk)
    assert client.get(path).status_code == 200
    assert PreventionConsent.objects.filter(withdrawn_at__isnull=True).exists()
    assert "Alice" not in client.get(path).content.decode()

    assert client.post(path).status_code == 200
    assert not PreventionConsent.objects.filter(withdrawn_at__isnull=True).exists()
    assert client.get(path[:-3] + "x/").status_code == 404


def test_digest_page_shows_why_and_is_for_its_reader_alone(agreed, charlie):
    whole_run()
    path = f"/carnet/prevention/message/{PreventionDigest.objects.get().uid}/"

    page = agreed.client.get(path).content.decode()
    assert "Pourquoi vous" in page
    assert "Personne n’a payé pour ce message" in page
    assert "Ne plus recevoir ces messages" in page
    assert charlie.client.get(path).status_code == 404
    PreventionAct.objects.create(patient=agreed.patient, code="DEP-SEIN", done_on=clock.today(PARIS))
    assert "Ce n’est plus à faire" in agreed.client.get(path).content.decode()
