"""The dialogue of sharing: whom a search finds, what a link of a visit prepares, and what is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carnet.exceptions import CarnetRefusal
from carnet.models import AccessBlock, Grant
from carnet.selectors.sharing import recipient_named, recipients_for
from carnet.services import filing
from carnet.services.sharing import create_grant
from core import clock
from patients.majority import PARIS
from practitioners.enums import Role, VerificationState
from practitioners.models import Practitioner
from tests import factories as make
from tests.carnet.documents.conftest import lay, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(alice):
    return reverse("carnet:share", args=[alice.patient.uid])


def carer(name, *, town=None, **more):
    """Somebody who receives at a place, with an account unless told."""
    more = {"user": make.UserFactory(), "verification": VerificationState.PUBLISHED, "last_name": name, **more}
    practitioner = make.PractitionerFactory(**more)
    agenda = make.AgendaFactory(practitioner=practitioner)
    if town is not None:
        agenda.location.place = town
        agenda.location.save()
    return practitioner


def names(found):
    return [one.practitioner.last_name for one in found.practitioners]


def test_before_any_search_nobody_is_said_to_be_missing(alice, page):
    shown = alice.client.get(page).content.decode()
    assert "Personne ne correspond" not in shown
    assert "Cherchez ci-dessus le soignant" in shown


def test_a_search_without_result_says_so(alice, page):
    assert "Personne ne correspond" in alice.client.get(page, {"q": "zzz"}).content.decode()


def test_a_name_finds_beyond_ones_own_visits(alice):
    carer("Nguyên")
    assert names(recipients_for(alice.actor, alice.patient.uid, "nguyen")) == ["Nguyên"]


def test_a_town_tells_two_people_of_one_name_apart(alice):
    here, there = make.PlaceFactory(insee="93055", name="Pantin"), make.PlaceFactory(insee="29019", name="Brest")
    carer("Leroy", town=here)
    wanted = carer("Leroy", town=there)

    found = recipients_for(alice.actor, alice.patient.uid, "leroy", "brést")

    assert [one.practitioner for one in found.practitioners] == [wanted]
    assert found.practitioners[0].towns == "Brest"


@pytest.mark.parametrize(
    "state",
    [{"user": None}, {"verification": VerificationState.DECLARED}, {"verification": VerificationState.REGISTER_MATCH}],
    ids=["without account", "declared", "matched only"],
)
def test_who_cannot_open_a_record_is_not_found(alice, state):
    carer("Leroy", **state)
    assert names(recipients_for(alice.actor, alice.patient.uid, "leroy")) == []


def test_the_team_of_a_practice_is_found_by_its_name(alice, martin):
    practice = martin.practice
    practice.name = "Maison de santé des Lilas"
    practice.save()
    empty = make.PracticeFactory(name="Maison de santé vide")

    found = recipients_for(alice.actor, alice.patient.uid, "maison sante")

    assert found.practices == [practice]
    assert empty not in found.practices


def test_who_is_kept_out_is_not_offered(alice, martin, visit):
    AccessBlock.objects.create(patient=alice.patient, practitioner=martin.practitioner)
    found = recipients_for(alice.actor, alice.patient.uid)
    assert (found.visits, found.practitioners) == ([], [])


def test_a_search_costs_the_same_for_one_and_for_three(alice, django_assert_num_queries):
    carer("Leroy")
    with django_assert_num_queries(4):
        recipients_for(alice.actor, alice.patient.uid, "leroy", "")
    carer("Leroy")
    carer("Leroy")
    with django_assert_num_queries(4):
        assert len(recipients_for(alice.actor, alice.patient.uid, "leroy", "").practitioners) == 3


def test_the_link_of_a_visit_has_it_chosen_and_ends_three_months_after_it(alice, visit, page):
    shown = alice.client.get(page, {"avec": f"appointment:{visit.uid.hex}"}).content.decode()
    day = clock.local_date(visit.start_at, PARIS)
    last = day.replace(year=day.year + (day.month + 3 > 12), month=(day.month + 2) % 12 + 1, day=min(day.day, 28))
    assert f'value="appointment:{visit.uid.hex}" checked' in shown
    if day.day <= 28:
        assert f'value="{last:%Y-%m-%d}"' in shown or f'value="{last:%d/%m/%Y}"' in shown


@pytest.mark.parametrize("chosen", ["appointment:zz", "practice:", "martian:00000000000000000000000000000000", ""])
def test_a_link_that_names_nobody_chooses_nobody(alice, chosen):
    found = recipient_named(alice.actor, alice.patient.uid, chosen)
    assert (found.visits, found.practitioners, found.practices) == ([], [], [])


def test_the_visit_of_somebody_else_is_not_named(alice, charlie, martin, lilas):
    other = make.AppointmentFactory(agenda=lilas, record=make.RecordFactory(practice=lilas.practice))
    found = recipient_named(alice.actor, alice.patient.uid, f"appointment:{other.uid.hex}")
    assert found.visits == []


def test_one_document_is_shared_from_the_dialogue(alice, martin, visit, page):
    document = lay(alice, 1)
    token = "a-token-of-this-form"
    form = {
        "recipient": f"practitioner:{martin.practitioner.uid.hex}",
        "document": str(document.uid),
        "level": "add",
        "until": (clock.today(PARIS) + timedelta(days=5)).strftime("%d/%m/%Y"),
        "form_token": token,
    }
    assert alice.client.post(page, form).status_code == 302
    grant = Grant.objects.get()
    # What is alone is read: nothing is added to a document.
    assert (grant.document, grant.practitioner, grant.level) == (document, martin.practitioner, "read")

    assert alice.client.post(page, form).status_code == 302
    assert Grant.objects.count() == 1


def test_a_document_of_somebody_else_is_no_choice(alice, charlie, martin, page):
    foreign = lay(charlie, 1)
    form = {
        "recipient": f"practitioner:{martin.practitioner.uid.hex}",
        "document": str(foreign.uid),
        "until": (clock.today(PARIS) + timedelta(days=5)).strftime("%d/%m/%Y"),
        "form_token": "x" * 20,
    }
    assert alice.client.post(page, form).status_code == 422
    assert alice.client.get(page, {"document": str(foreign.uid)}).status_code == 404
    assert not Grant.objects.exists()


def test_a_hidden_document_is_not_shared(alice, martin):
    document = lay(alice, 1)
    filing.hide_document(actor=alice.actor, document=document.uid, hidden=True)
    with pytest.raises(CarnetRefusal) as refused:
        create_grant(
            actor=alice.actor,
            patient=alice.patient.uid,
            document=document.uid,
            practitioner=martin.practitioner.uid,
        )
    assert refused.value.code == "hidden_document"


def test_the_tabs_lead_only_where_one_may_go(alice, bob, henri, martin):
    """A relative who reads shares nothing; who only helps has no documents; the page never shows a dead end."""
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level="granted")
    for someone, person, wanted in (
        (alice, alice.patient, {"documents", "shares", "journal", "profile", "prevention"}),
        (bob, alice.patient, {"documents", "profile", "prevention"}),
        (alice, henri, {"profile", "prevention"}),
    ):
        shown = someone.client.get(reverse("health:profile", args=[person.uid])).content.decode()
        shown = shown[shown.index('<nav aria-label="Carnet de santé"') :].split("</nav>")[0]
        for name in ("documents", "shares", "journal", "profile", "prevention"):
            space = "carnet" if name in {"documents", "shares", "journal"} else "health"
            url = reverse(f"{space}:{name}", args=[person.uid])
            assert (f'href="{url}"' in shown) == (name in wanted), (someone, name)
            if name in wanted:
                assert someone.client.get(url).status_code == 200
        assert shown.count('aria-current="page"') == 1


def test_a_colleague_found_by_search_reads_once_shared(alice, martin):
    """Search to reading, for somebody one never saw."""
    other = member(martin.practice, Role.PRACTITIONER, name="Zéphir")
    Practitioner.objects.filter(pk=other.practitioner.pk).update(verification=VerificationState.PUBLISHED)
    document = lay(alice, 1)
    (found,) = recipients_for(alice.actor, alice.patient.uid, "zephir").practitioners
    create_grant(
        actor=alice.actor, patient=alice.patient.uid, document=document.uid, practitioner=found.practitioner.uid
    )
    assert other.client.get(reverse("records:document", args=[document.uid])).status_code == 200
