"""Who sees what of a profile: the person, a granted guardian, one who only declared to act, nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carnet.models import HealthItem, Vaccination
from carnet.selectors.health import profile_page
from carnet.services import health, vaccinations
from carnet.services.prevention import choose_themes
from carnet.services.sharing import create_grant
from core import clock
from core.access import Actor, Space, may
from core.exceptions import NotForYou
from core.models import AuditEvent
from patients.enums import Level
from patients.majority import PARIS
from tests import factories as make
from tests.carnet.documents.conftest import lilas, martin

__all__ = ["lilas", "martin"]


def add(actor, patient, label="Pollen"):
    return health.add_item(actor=actor, patient=patient.uid, kind="allergy", label=label, severity="mild")


def test_granted_guardian_reads_and_writes_all(alice, leo, bob):
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED)
    add(alice.actor, leo)

    assert [one.label for one in profile_page(bob.actor, leo.uid).allergies] == ["Pollen"]


def test_who_only_declared_to_act_sees_what_they_wrote(alice, henri, bob):
    make.GuardianshipFactory(user=bob.user, patient=henri, level=Level.DECLARED)
    mine, theirs = add(alice.actor, henri, "Iode"), add(bob.actor, henri, "Latex")

    page = profile_page(alice.actor, henri.uid)
    assert ([one.label for one in page.allergies], page.partial) == (["Iode"], True)
    assert may(alice.actor, "change", mine)
    assert not may(alice.actor, "read", theirs)


def test_declared_right_over_somebody_with_an_account_opens_nothing(alice, bob):
    make.GuardianshipFactory(user=alice.user, patient=bob.patient, level=Level.DECLARED)

    with pytest.raises(NotForYou):
        profile_page(alice.actor, bob.patient.uid)


def test_right_that_ends_closes_at_once(alice, leo):
    item = add(alice.actor, leo)
    assert may(alice.actor, "read", item)

    leo.guardianships.update(ends_at=clock.now() - timedelta(seconds=1))

    assert not may(alice.actor, "read", item)
    assert alice.client.get(reverse("health:profile", args=[leo.uid])).status_code == 404


def test_what_a_minor_keeps_to_themselves_their_parents_do_not_read(alice, bob, martin):
    """Bob stands for a child of fifteen with an account; Alice is granted the right to read."""
    make.GuardianshipFactory(user=alice.user, patient=bob.patient, level=Level.GRANTED)
    page = reverse("health:add_item", args=[bob.patient.uid, "traitement"])
    for someone, label in ((bob, "Pilule"), (alice, "Vitamine D")):
        token = {"form_token": f"token-of-{someone.user.pk}-{label[0]}".ljust(36, "0")}
        someone.client.post(page, {"label": label, "confidential": "on", **token})
    kept, other = HealthItem.objects.order_by("pk")

    assert (kept.confidential, other.confidential) == (True, False)
    shown = alice.client.get(reverse("health:profile", args=[bob.patient.uid])).text
    assert "Vitamine D" in shown
    assert "Pilule" not in shown
    assert alice.client.get(reverse("health:item", args=[kept.uid])).status_code == 404
    assert "Pilule" in bob.client.get(reverse("health:profile", args=[bob.patient.uid])).text
    create_grant(actor=bob.actor, patient=bob.patient.uid, practitioner=martin.practitioner.uid)
    assert "Pilule" in martin.client.get(reverse("health:shared", args=[bob.patient.uid])).text


@pytest.mark.parametrize("space", [Space.PRACTICE, Space.PLATFORM])
def test_no_other_space_reads_a_profile(alice, space):
    item = add(alice.actor, alice.patient)
    practice = make.PracticeFactory()
    other = Actor(user_id=alice.user.pk, space=space, practice_id=practice.pk, strong=True)

    assert not may(other, "read", item)
    assert not may(other, "open_health", alice.patient)
    assert not may(other, "agree_prevention", alice.patient)


def test_profile_of_somebody_deceased_is_read_and_not_written(alice):
    add(alice.actor, alice.patient)
    type(alice.patient).objects.filter(pk=alice.patient.pk).update(deceased_on=clock.today(PARIS))

    assert profile_page(alice.actor, alice.patient.uid).may_write is False
    with pytest.raises(NotForYou):
        add(alice.actor, alice.patient, "Autre")


def test_guardian_agrees_for_a_child_under_fifteen_only(alice):
    today = clock.today(PARIS)
    teen = make.PatientFactory(birth_date=today.replace(year=today.year - 15))
    make.GuardianshipFactory(user=alice.user, patient=teen, level=Level.GRANTED)

    with pytest.raises(NotForYou):
        choose_themes(actor=alice.actor, patient=teen.uid, themes=["vaccines"])
    type(teen).objects.filter(pk=teen.pk).update(birth_date=teen.birth_date + timedelta(days=1))
    assert choose_themes(actor=alice.actor, patient=teen.uid, themes=["vaccines"]) == {"vaccines"}


def test_each_act_leaves_one_line_in_the_journal_without_words(alice, leo):
    add(alice.actor, leo, "Mot reconnaissable")
    vaccinations.note_doses(
        actor=alice.actor, patient=leo.uid, vaccines=["ror"], given_on=clock.today(PARIS), lot="LOT77"
    )

    events = list(AuditEvent.objects.filter(patient_id=leo.pk).order_by("pk").values_list("action", "facts"))
    assert [action for action, _facts in events] == ["carnet.add_item", "carnet.note_doses"]
    assert "reconnaissable" not in str(events)
    assert "LOT77" not in str(events)


def test_number_of_statements_of_the_pages_does_not_grow(alice, leo):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = alice.client

    def count(name):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(name, args=[leo.uid])).status_code == 200
        return len(queries)

    names = ["health:profile", "health:vaccines", "health:prevention"]
    add(alice.actor, leo)
    vaccinations.note_doses(actor=alice.actor, patient=leo.uid, vaccines=["ror"], given_on=clock.today(PARIS))
    for name in names:
        count(name)
    one = [count(name) for name in names]
    for number in range(2):
        HealthItem.objects.create(patient=leo, kind="allergy", label=f"Autre {number}")
        Vaccination.objects.create(patient=leo, vaccine="hexa", given_on=clock.today(PARIS) - timedelta(days=number))

    assert [count(name) for name in names] == one


def test_professional_reads_a_shared_record_and_the_journal_says_so(alice):
    from carnet.models import Grant
    from tests.strict import CheckedClient

    doctor = make.UserFactory()
    agenda = make.BookableAgendaFactory(practitioner=make.PractitionerFactory(user=doctor))
    make.MembershipFactory(user=doctor, practice=agenda.practice)
    add(alice.actor, alice.patient, "Latex")
    client = CheckedClient()
    client.force_login(doctor)
    session = client.session
    session["space"] = f"practice:{agenda.practice.uid}"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(doctor.pk)
    session.save()
    path = reverse("health:shared", args=[alice.patient.uid])
    assert client.get(path).status_code == 404

    now = clock.now()
    grant = Grant.objects.create(
        patient=alice.patient,
        practitioner=agenda.practitioner,
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=1),
    )
    page = client.get(path)
    assert page.status_code == 200
    assert "Latex" in page.content.decode()
    assert AuditEvent.objects.filter(action="carnet.open_profile", patient_id=alice.patient.pk).count() == 1

    Grant.objects.filter(pk=grant.pk).update(revoked_at=now)
    assert client.get(path).status_code == 404
