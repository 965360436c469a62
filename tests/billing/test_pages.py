"""The pages of a practice's subscription: two minutes to subscribe, each change shown before it is done."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Pause, Payer, Subscription, SubscriptionItem
from billing.services.payers import open_payer
from booking.models import Absence
from booking.recurrence import Frequency
from core.ui.navigation import practice_entries
from practitioners.enums import Role
from tests.billing.browsing import HOME, browser, post, revision
from tests.billing.world import Clock, World, make_world
from tests.factories import BookableAgendaFactory, MembershipFactory

pytestmark = pytest.mark.django_db
START = date(2026, 4, 1)


@pytest.fixture
def time(monkeypatch) -> Clock:
    return Clock(monkeypatch, START)


@pytest.fixture
def world(time) -> World:
    return make_world()


@pytest.fixture
def owner(world):
    return browser(world, "martin")


def uids(*people):
    return [str(person.uid) for person in people]


def test_owner_subscribes_from_one_page_with_what_is_known(world, owner):
    shown = owner.get(HOME + "souscrire/").context["form"]
    known = {name: shown.initial[name] for name in ("name", "street", "postcode", "city", "email")}
    assert known["name"] == world.practice.name
    assert shown.initial["seats"] == uids(world.martin, world.paul)

    answer = post(
        owner,
        HOME + "souscrire/",
        plan="essentiel",
        seats=uids(world.martin, world.paul),
        terms="on",
        method="sepa",
        **known,
    )

    assert (answer.status_code, answer["Location"]) == (302, HOME)
    page = owner.get(HOME)
    assert "178,00\u00a0€ HT" in page.content.decode()
    assert "213,60\u00a0€ TTC" in page.content.decode()
    assert Payer.objects.get().method == "sepa"


def test_form_sent_twice_subscribes_once(world, owner):
    path = HOME + "souscrire/"
    form = owner.get(path).context["form"]
    body = {
        **{name: form.initial[name] for name in ("name", "street", "postcode", "city", "email")},
        "form_token": form["form_token"].value(),
        "plan": "essentiel",
        "seats": uids(world.martin),
        "terms": "on",
        "method": "transfer",
    }
    assert [owner.post(path, body).status_code for _ in range(2)] == [302, 302]
    assert Payer.objects.count() == 1


def test_refusal_stands_under_its_field(world, owner):
    answer = post(
        owner,
        HOME + "souscrire/",
        plan="essentiel",
        seats=uids(world.martin),
        name="Cabinet",
        siret="12345678901234",
        method="transfer",
        terms="on",
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["siret"]
    assert not Subscription.objects.exists()


def test_home_without_a_subscription_offers_one_to_the_owner_alone(world, owner):
    assert "souscrire" in owner.get(HOME).content.decode()
    assert "souscrire" not in browser(world, "compta").get(HOME).content.decode()


@pytest.mark.parametrize("who", ["paul", "sophie", "lea"])
def test_the_rest_of_the_team_finds_nothing(world, who):
    world.subscribe()

    assert [browser(world, who).get(path).status_code for path in (HOME, HOME + "souscrire/", HOME + "pause/")] == [
        404
    ] * 3


def test_accountant_reads_and_keeps_payers_but_decides_nothing(world):
    world.subscribe()
    accountant = browser(world, "compta")

    assert accountant.get(HOME).status_code == 200
    answer = post(accountant, HOME + f"payeurs/{world.payer.uid}/", name="Nouveau nom", method="transfer", revision=1)
    assert answer.status_code == 302
    assert world.payer.name == "Nouveau nom"
    for path in ("places/ajouter/", "options/", "quitter/", "pause/", "souscrire/"):
        assert accountant.get(HOME + path).status_code == 404


def test_payer_of_another_practice_is_not_found(world):
    world.subscribe()
    stranger = browser(world, "other")

    assert stranger.get(HOME + f"payeurs/{world.payer.uid}/").status_code == 404
    assert stranger.post(HOME + f"payeurs/{world.payer.uid}/fermer/").status_code == 404


def test_stale_payer_form_is_told(world, owner):
    world.subscribe()
    path = HOME + f"payeurs/{world.payer.uid}/"
    post(owner, path, name="Un", method="transfer", revision=1)

    answer = post(owner, path, name="Deux", method="transfer", revision=1)

    assert answer.status_code == 422
    assert world.payer.name == "Un"


def test_change_of_plan_is_previewed_then_done(world, owner, time):
    world.subscribe()
    Subscription.objects.update(trial_ends_on=START)
    time.day = date(2026, 4, 11)
    path = HOME + f"places/{world.martin.uid}/"
    fields = {"plan": "complet", "payer": str(world.payer.uid), "on": "2026-04-11", "revision": revision()}

    shown = post(owner, path, **fields)

    preview = shown.context["preview"]
    assert (preview.before.net_cents, preview.after.net_cents) == (8_900, 12_900)
    assert [line.charge.net_cents for line in preview.bills[0].lines] == [2_967, 8_600]
    assert SubscriptionItem.objects.count() == 1

    assert post(owner, path, confirm="1", **fields).status_code == 302
    assert SubscriptionItem.objects.count() == 2


def test_seat_is_added_and_removed_from_the_pages(world, owner, time):
    world.subscribe()
    fields = {
        "practitioner": str(world.paul.uid),
        "plan": "essentiel",
        "payer": str(world.payer.uid),
        "on": "2026-04-01",
    }
    assert post(owner, HOME + "places/ajouter/", confirm="1", revision=revision(), **fields).status_code == 302
    assert SubscriptionItem.objects.filter(practitioner=world.paul, ends_on=None).exists()

    path = HOME + f"places/{world.paul.uid}/retirer/"
    assert post(owner, path, on="2026-05-01", revision=revision()).context["preview"] is not None
    assert post(owner, path, on="2026-05-01", revision=revision(), confirm="1").status_code == 302
    assert SubscriptionItem.objects.get(practitioner=world.paul).ends_on == date(2026, 5, 1)


def test_options_are_set_by_number(world, owner):
    world.subscribe()

    assert post(owner, HOME + "options/", **{"sms-500": 2}).context["preview"].after.net_cents == 15_900
    assert post(owner, HOME + "options/", **{"sms-500": 2}, confirm="1").status_code == 302
    assert "Lot de 500 SMS × 2" in owner.get(HOME).content.decode()


def test_leave_of_the_agenda_is_proposed_as_a_pause(world, owner):
    world.subscribe(world.martin, world.paul)
    Absence.objects.create(
        agenda=world.agenda, frequency=Frequency.ONCE, starts_on=date(2026, 4, 10), span_days=60,
        start_time="00:00", end_time="00:00",
    )  # fmt: skip

    shown = owner.get(HOME + "pause/")
    assert shown.context["proposed"] == [(world.martin, date(2026, 4, 10), date(2026, 6, 8))]
    fields = {"practitioner": str(world.martin.uid), "reason": "family"}
    late = post(owner, HOME + "pause/", **fields, first_day="2026-04-10", last_day="2026-06-20")
    assert late.status_code == 422
    assert post(owner, HOME + "pause/", **fields, first_day="2026-04-10", last_day="2026-06-08").status_code == 302
    pause = Pause.objects.get()
    assert (pause.starts_on, pause.ends_on) == (date(2026, 4, 10), date(2026, 6, 9))

    assert owner.post(HOME + f"pause/{pause.uid}/reprendre/").status_code == 302
    assert Pause.objects.get().ends_on == date(2026, 4, 10)


def test_leaving_at_term_then_staying(world, owner):
    world.subscribe()

    assert post(owner, HOME + "quitter/", when="term", revision=revision()).status_code == 302
    page = owner.get(HOME).content.decode()
    assert "L’abonnement prend fin" in page
    assert owner.post(HOME + "rester/").status_code == 302
    assert Subscription.objects.get().cancels_on is None


def test_leaving_now_offers_the_way_back(world, owner):
    world.subscribe()
    post(owner, HOME + "quitter/", when="now", revision=revision())

    page = owner.get(HOME).content.decode()
    assert "Reprendre l’abonnement" in page
    back = owner.get(HOME + "souscrire/").context["form"]
    assert "name" not in back.fields


def statements(client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(HOME).status_code == 200
    return len(captured)


def test_home_takes_as_many_statements_for_one_seat_as_for_four(world, owner):
    world.subscribe()
    owner.get(HOME)
    one = statements(owner)
    people = [BookableAgendaFactory(practice=world.practice).practitioner for _ in range(2)]
    for person in (world.paul, *people):
        payer = open_payer(actor=world.owner, practice=world.practice.uid, fields={"name": person.last_name})
        SubscriptionItem.objects.create(
            subscription=world.subscription, product=SubscriptionItem.objects.first().product, kind="plan",
            practitioner=person, payer=payer, starts_on=START,
        )  # fmt: skip

    assert statements(owner) == one


def test_api_tells_the_subscription_to_owner_and_accountant(world):
    world.subscribe()
    path = "/api/v1/billing/subscription"

    answer = browser(world, "compta").get(path)

    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["monthly"]["gross_cents"], told["online_booking_restricted"]) == (
        "trialing",
        10_680,
        False,
    )
    assert [(seat["plan"], seat["monthly_cents"]) for seat in told["seats"]] == [("essentiel", 8_900)]
    assert [browser(world, who).get(path).status_code for who in ("sophie", "paul", "other")] == [404, 404, 404]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("compta", ["Abonnement", "Aide"]),
        ("martin", ["Agenda", "Patients", "Carnets", "Tâches", "Activité", "Équipe", "Réglages", "Aide"]),
    ],
)
def test_rail_of_a_practice_is_that_of_ones_roles(world, who, words):
    world.subscribe()
    page = browser(world, who).get(HOME)

    shown = practice_entries(HOME, page.wsgi_request.actor)
    assert [str(entry["label"]) for entry in shown] == words
    assert [entry["url"] for entry in shown if entry["current"]] == [HOME if who == "compta" else "/cabinet/reglages/"]
    assert ('href="/cabinet/patients/"' in page.content.decode()) == (who == "martin")


def test_rail_of_who_keeps_accounts_and_an_agenda_has_both(world):
    MembershipFactory(user=world.users["compta"], practice=world.practice, role=Role.SECRETARY, all_agendas=True)
    actor = world.actor("compta")

    assert {"/cabinet/", "/cabinet/abonnement/"} <= {entry["url"] for entry in practice_entries(HOME, actor)}


def test_accountant_lands_on_the_subscription_and_the_owner_on_the_agenda(world):
    assert browser(world, "compta").get("/compte/accueil/").url == HOME
    assert browser(world, "martin").get("/compte/accueil/").url == "/cabinet/"
