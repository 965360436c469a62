"""Accesses that stand out: who is told, with what words, and what the journal and the staff's page say of them."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from carnet.deeds import DEEDS
from carnet.enums import AlertKind
from carnet.messages_access import STAFF, UNUSUAL, access_alert, unusual_access
from carnet.models import AccessAlert, Grant
from carnet.selectors.alerts import recent_alerts
from carnet.selectors.journal import journal_of
from carnet.services.health_reading import open_profile
from carnet.services.reading import open_record
from carnet.services.sharing import create_grant
from core import clock
from core.access import Actor, Space
from core.exceptions import NotForYou
from core.models import AuditEvent
from notifications.models import Message
from patients.enums import Level
from practitioners.enums import Role
from tests import factories as make
from tests.carnet.documents.conftest import lay, member

pytestmark = pytest.mark.django_db


def opens(person, carer):
    now = clock.now()
    Grant.objects.create(
        patient=person, practitioner=carer.practitioner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(9)
    )
    open_record(actor=carer.actor, patient=person.uid)


@pytest.fixture
def stranger():
    """A carer of a practice that never saw anybody."""
    return member(make.PracticeFactory(), Role.PRACTITIONER, name="Durand")


@pytest.fixture
def staff():
    return make.UserFactory(is_platform_staff=True)


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("user_id", "channel"))


def test_an_access_outside_any_visit_is_told_to_the_person_and_to_the_staff(alice, stranger, staff):
    opens(alice.patient, stranger)

    assert told(UNUSUAL) == {(alice.user.pk, "email"), (alice.user.pk, "bell")}
    assert told(STAFF) == {(staff.pk, "email"), (staff.pk, "bell")}


def test_the_same_access_again_that_day_tells_nobody_again(alice, stranger, staff):
    opens(alice.patient, stranger)
    open_record(actor=stranger.actor, patient=alice.patient.uid)
    assert (Message.objects.count(), AccessAlert.objects.count()) == (4, 1)


def test_a_practice_that_saw_the_person_alarms_nobody(alice, martin, visit, staff):
    opens(alice.patient, martin)
    assert not Message.objects.filter(kind__in=(UNUSUAL, STAFF)).exists()


def test_reading_the_profile_counts_as_an_access(alice, stranger, staff):
    now = clock.now()
    Grant.objects.create(
        patient=alice.patient,
        practitioner=stranger.practitioner,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=9),
    )
    open_profile(actor=stranger.actor, patient=alice.patient.uid)
    assert AccessAlert.objects.get().kind == AlertKind.NO_VISIT


def test_an_hour_of_too_many_people_is_told_to_each_of_them(alice, bob, charlie, martin, lilas, staff, monkeypatch):
    monkeypatch.setattr("carnet.services.watching.PEOPLE_PER_HOUR", 1)
    for someone in (alice, bob, charlie):
        record = make.RecordFactory(practice=martin.practice, patient=someone.patient)
        make.AppointmentFactory(agenda=make.BookableAgendaFactory(practice=martin.practice), record=record)
        opens(someone.patient, martin)

    assert {user for user, _channel in told(UNUSUAL)} == {alice.user.pk, bob.user.pk, charlie.user.pk}
    assert AccessAlert.objects.get().kind == AlertKind.MANY
    # The first of them was read before anything stood out: their journal says so all the same.
    _person, lines = journal_of(alice.actor, alice.patient.uid)
    assert str(lines[0].oddity) == "Cette personne a ouvert plus de 60 carnets en une heure"
    assert lines[0].unusual


def test_sixty_people_in_an_hour_is_not_too_many(alice, martin, visit, staff):
    now = clock.now()
    for number in range(59):
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(
                    at=now,
                    user_id=martin.user.pk,
                    space=Space.PRACTICE,
                    action="carnet.open_record",
                    patient_id=10_000 + number,
                    acting_practice_id=martin.practice.pk,
                )
            ]
        )
    opens(alice.patient, martin)
    assert not AccessAlert.objects.exists()

    leo = make.PatientFactory()
    make.AppointmentFactory(
        agenda=visit.agenda, record=make.RecordFactory(practice=martin.practice, patient=leo), start_at=visit.end_at
    )
    opens(leo, martin)
    assert AccessAlert.objects.get().kind == AlertKind.MANY


def test_for_a_child_without_account_the_parents_who_read_are_told(alice, leo, bob, stranger):
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.DECLARED)
    opens(leo, stranger)
    assert {user for user, _channel in told(UNUSUAL)} == {alice.user.pk}


def test_the_messages_name_nobody_and_lead_where_to_look(alice, stranger, staff):
    opens(alice.patient, stranger)
    person = unusual_access(Message.objects.get(kind=UNUSUAL, channel="email"))
    desk = access_alert(Message.objects.get(kind=STAFF, channel="email"))
    for written in (person, desk):
        words = f"{written.subject} {written.text} {written.html}"
        for name in ("Durand", "Alice", "Moreau", stranger.practice.name):
            assert name not in words
    assert reverse("carnet:journal", args=[alice.patient.uid]) in person.text
    assert reverse("accesses:alerts") in desk.text


def test_who_left_the_staff_or_closed_the_account_is_not_written_to(alice, stranger, staff):
    opens(alice.patient, stranger)
    staff.is_platform_staff = False
    staff.save()
    alice.user.is_active = False
    alice.user.save()
    assert access_alert(Message.objects.get(kind=STAFF, channel="email")) is None
    assert unusual_access(Message.objects.get(kind=UNUSUAL, channel="email")) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_staff_read_who_and_why_but_not_whose(alice, staff, count, django_assert_num_queries):
    for _ in range(count):
        opens(alice.patient, member(make.PracticeFactory(), Role.PRACTITIONER, name="Durand"))
    actor = Actor(user_id=staff.pk, space=Space.PLATFORM, strong=True)

    with django_assert_num_queries(3):
        alerts = recent_alerts(actor)

    assert len(alerts) == count
    assert alerts[0].who.endswith("Durand")
    assert "Moreau" not in repr(alerts)


def test_nobody_else_lists_the_alerts(alice, stranger):
    opens(alice.patient, stranger)
    for actor in (alice.actor, stranger.actor):
        assert recent_alerts(actor) == []


def test_what_a_relative_reads_is_in_the_journal(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    lay(alice, 1)
    bob.client.get(reverse("carnet:documents", args=[alice.patient.uid]))
    bob.client.get(reverse("health:profile", args=[alice.patient.uid]))
    bob.client.get(reverse("health:sheet", args=[alice.patient.uid]))
    bob.client.get(reverse("health:vaccines", args=[alice.patient.uid]))
    bob.client.get(reverse("health:prevention", args=[alice.patient.uid]))

    _person, lines = journal_of(alice.actor, alice.patient.uid, by_others=True)

    assert [str(line.deed) for line in lines] == [
        "Calendrier de prévention lu",
        "Carnet de vaccination lu",
        "Profil de santé lu",
        "Profil de santé lu",
        "Liste des documents ouverte",
    ]
    assert {str(line.why) for line in lines} == {"Au titre du droit de lecture que vous lui avez donné"}


def test_ones_own_reading_of_the_list_fills_no_journal(alice):
    alice.client.get(reverse("carnet:documents", args=[alice.patient.uid]))
    alice.client.get(reverse("health:profile", args=[alice.patient.uid]))
    assert journal_of(alice.actor, alice.patient.uid)[1] == []


def test_two_parents_see_each_others_readings_and_one_alone_fills_no_journal(alice, bob, leo):
    pages = [reverse(name, args=[leo.uid]) for name in ("carnet:documents", "health:profile", "health:vaccines")]
    for page in pages:
        alice.client.get(page)
    assert journal_of(alice.actor, leo.uid)[1] == []

    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED)
    for page in pages:
        bob.client.get(page)

    lines = journal_of(alice.actor, leo.uid, by_others=True)[1]
    assert {str(line.why) for line in lines} == {"Au titre de son droit d’agir pour cette personne"}
    assert [str(line.deed) for line in lines] == [
        "Carnet de vaccination lu",
        "Profil de santé lu",
        "Liste des documents ouverte",
    ]


def test_every_act_on_a_record_has_its_words_in_the_journal():
    """An act that the journal does not name is one that the person never learns of."""
    unsaid = {"carnet.rewrap_keys", "carnet.sweep_objects", "carnet.start_prevention_run", "carnet.stop_prevention"}
    written = set()
    for part in ("carnet", "custody"):
        for path in (settings.BASE_DIR / part / "services").glob("*.py"):
            written |= set(re.findall(r'actor,[^"()]*"(carnet\.[a-z_]+)"', path.read_text()))

    assert len(written) > 30
    assert written - unsaid - set(DEEDS) == set()


def test_a_relative_opens_no_journal(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    with pytest.raises(NotForYou):
        journal_of(bob.actor, alice.patient.uid)


def test_the_journal_says_with_whom_a_share_was_opened(alice, martin):
    create_grant(actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid)

    [line] = journal_of(alice.actor, alice.patient.uid)[1]

    assert (str(line.deed), line.title) == ("Accès ouvert", martin.practitioner.display_name)
