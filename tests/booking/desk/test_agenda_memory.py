"""The agendas, view and density of last time come back for the same person in the same practice, and for nobody else."""

import pytest
from django.core import signing

from booking.views.desk.agenda_memory import SALT
from practitioners.models import Membership
from tests.booking.desk.browsing import browser_of
from tests.desk import desk
from tests.factories import MembershipFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
PAGE = "/cabinet/"


def shown(browser, **query):
    context = browser.get(PAGE, query).context
    return context["query"].view, context["query"].density, [agenda.pk for agenda in context["query"].shown]


def take_over(browser, cookies):
    browser.cookies["agenda"] = cookies["agenda"].value
    return browser


def test_choice_comes_back_without_being_asked_for(desk):
    anna = browser_of(desk, "anna")
    anna.get(PAGE, {"vue": "semaine", "densite": "confort", "agendas": str(desk.second.uid)})
    assert shown(anna) == ("semaine", "confort", [desk.second.pk])
    assert shown(anna, vue="liste") == ("liste", "confort", [desk.second.pk])
    assert shown(anna) == ("liste", "confort", [desk.second.pk])


def test_choice_is_not_a_colleagues_on_the_same_screen(desk):
    anna = browser_of(desk, "anna")
    anna.get(PAGE, {"vue": "liste", "agendas": str(desk.second.uid)})
    sophie = take_over(browser_of(desk, "sophie"), anna.cookies)
    assert shown(sophie) == ("jour", "dense", [desk.agenda.pk])
    sophie.get(PAGE, {"vue": "semaine"})
    assert shown(take_over(browser_of(desk, "anna"), sophie.cookies))[0] == "liste"


def test_choice_is_of_one_practice(desk):
    anna = browser_of(desk, "anna")
    anna.get(PAGE, {"vue": "liste"})
    MembershipFactory(user=desk.users["anna"], practice=desk.elsewhere.practice, all_agendas=True)
    session = anna.session
    session["space"] = f"practice:{desk.elsewhere.practice.uid}"
    session.save()
    assert shown(anna)[0] == "jour"


def test_agenda_that_is_no_longer_run_is_left_out(desk):
    anna = browser_of(desk, "anna")
    anna.get(PAGE, {"agendas": f"{desk.second.uid},{desk.agenda.uid}"})
    member = Membership.objects.get(user=desk.users["anna"])
    member.all_agendas = False
    member.save()
    member.agendas.set([desk.agenda])
    assert shown(anna)[2] == [desk.agenda.pk]


@pytest.mark.parametrize(
    "forged",
    ["x", "a:b:c", signing.dumps({"1.1": "x"}, salt=SALT), signing.dumps([1], salt=SALT), signing.dumps({}, salt="y")],
    ids=["no signature", "wrong signature", "words", "a list", "another salt"],
)
def test_forged_cookie_is_ignored(desk, forged):
    sophie = browser_of(desk, "sophie")
    sophie.cookies["agenda"] = forged
    assert shown(sophie) == ("jour", "dense", [desk.agenda.pk])


def test_cookie_is_signed_for_the_practice_pages_and_holds_no_words_of_patients(desk):
    answer = browser_of(desk, "anna").get(PAGE, {"vue": "liste", "agendas": str(desk.second.uid)})
    cookie = answer.cookies["agenda"]
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("/cabinet/", True, "Lax")
    kept = signing.loads(cookie.value, salt=SALT)
    pair = f"{desk.users['anna'].pk}.{desk.practice.pk}"
    assert kept == {pair: ["liste", "", [str(desk.second.uid)]]}
    assert "agenda" not in browser_of(desk, "anna").get(PAGE).cookies
