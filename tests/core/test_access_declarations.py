"""Declarations of addresses, the verdict they lead to, and the check that none is missing."""

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.views.generic import View

from core import checks
from core.access import Actor, Space, access
from core.access.decision import Verdict, decide
from core.access.declarations import Access, Spec

PATIENT_ONLY = access.spec(resource="booking.appointment", spaces={Space.PATIENT})
PRACTICE_ONLY = access.spec(resource="booking.agenda", spaces={Space.PRACTICE})
EVERYBODY = access.public_spec("tests")


def actor(space=Space.PATIENT, *, strong=False, user_id=7):
    return Actor(user_id=user_id, space=space, strong=strong)


def verdict(spec, who, method="GET", may_switch=False):
    return decide(spec, who, method, lambda: may_switch)


def test_public_admits_visitors():
    assert verdict(EVERYBODY, actor(space=None, user_id=None)) is Verdict.GRANTED


def test_visitors_are_asked_to_sign_in():
    assert verdict(PATIENT_ONLY, actor(space=None, user_id=None)) is Verdict.SIGN_IN


def test_the_right_space_admits():
    assert verdict(PATIENT_ONLY, actor()) is Verdict.GRANTED


@pytest.mark.parametrize(("may_switch", "expected"), [(True, Verdict.WRONG_SPACE), (False, Verdict.HIDDEN)])
def test_the_wrong_space_is_named_only_to_those_who_have_the_right_one(may_switch, expected):
    assert verdict(PRACTICE_ONLY, actor(), may_switch=may_switch) is expected


@pytest.mark.parametrize("space", [Space.PRACTICE, Space.PLATFORM, Space.BILLING])
def test_a_space_of_work_asks_for_a_second_factor_by_default(space):
    spec = access.spec(resource="booking.agenda")

    assert verdict(spec, actor(space)) is Verdict.SECOND_FACTOR
    assert verdict(spec, actor(space, strong=True)) is Verdict.GRANTED


def test_the_patient_space_asks_for_a_second_factor_only_on_demand():
    spec = access.spec(resource="carnet.document", spaces={Space.PATIENT}, second_factor=True)

    assert verdict(spec, actor()) is Verdict.SECOND_FACTOR


def test_a_declaration_may_leave_the_second_factor_out():
    spec = access.spec(resource="accounts.space", second_factor=False)

    assert verdict(spec, actor(Space.PRACTICE)) is Verdict.GRANTED


def test_methods_left_out_are_refused():
    spec = access.spec(resource="booking.appointment", action={"GET": "read", "POST": "create"})

    assert [spec.action_for(method) for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS")] == [
        "read",
        "read",
        "create",
        None,
        "options",
    ]
    assert verdict(spec, actor(), "DELETE") is Verdict.WRONG_METHOD


def test_a_public_declaration_says_why():
    with pytest.raises(ValueError, match="why"):
        access.public_spec(" ")


@pytest.mark.parametrize("fault", [{"resource": ""}, {"resource": "a", "action": ""}, {"resource": "a", "spaces": ()}])
def test_a_declaration_is_complete(fault):
    with pytest.raises(ValueError, match="names a resource"):
        access.spec(**fault)


@access(resource="tests.page", spaces={Space.PATIENT})
def page(request):
    return HttpResponse("page")


@access.public(reason="tests")
class Public(View):
    pass


class Inherited(Public):
    pass


def bare(request):
    return HttpResponse("bare")


def test_spec_of_finds_the_mark_on_a_function_and_on_a_class():
    assert access.spec_of(page, None).resource == "tests.page"
    assert access.spec_of(Public.as_view(), None).public


def test_a_declaration_is_not_inherited():
    assert access.spec_of(Inherited.as_view(), None) is None


def test_spec_of_finds_a_name():
    own = Access()
    own.declare_by_name({"account_login": own.public_spec("tests")})

    assert own.spec_of(bare, "account_login").public
    assert own.spec_of(bare, "other") is None
    assert own.declared_names() == {"account_login"}


def test_two_declarations_of_a_name_are_refused():
    own = Access()
    own.declare_by_name({"account_login": own.public_spec("tests")})

    with pytest.raises(ValueError, match="account_login"):
        own.declare_by_name({"account_login": own.spec(resource="tests.page")})


def test_an_inner_decorator_keeps_the_mark():
    import functools

    @functools.wraps(page)
    def wrapped(request):
        return page(request)

    assert isinstance(access.spec_of(wrapped, None), Spec)


class Urls:
    urlpatterns = [
        path("page/", page, name="page"),
        path("deep/", include(([path("bare/<int:pk>/", bare, name="bare")], "inner"), namespace="inner")),
        path("public/", Public.as_view()),
    ]


@override_settings(ROOT_URLCONF=Urls)
def test_check_finds_the_address_without_declaration_however_deep():
    errors = [error for error in checks.every_address_is_declared(None) if error.id == "access.E001"]

    assert [error.msg for error in errors] == ["The address deep/bare/<int:pk>/ (inner:bare) declares no access."]


@override_settings(ROOT_URLCONF=Urls)
def test_check_finds_a_declared_name_that_nothing_bears(monkeypatch):
    own = Access()
    own.declare_by_name({"ghost": own.public_spec("tests"), "inner:bare": own.public_spec("tests")})
    monkeypatch.setattr(checks, "access", own)

    errors = checks.every_address_is_declared(None)

    assert [error.msg for error in errors if error.id == "access.E002"] == [
        "ghost is declared and no address bears that name."
    ]
