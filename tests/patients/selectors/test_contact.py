"""A verified e-mail address or a verified phone, nothing less, opens booking."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.access import ANONYMOUS
from patients.selectors import Contact, contact_of, has_verified_contact
from tests import factories as make
from tests.patients.conftest import acting

PHONE = "+33612345678"


@pytest.mark.parametrize(
    ("verified", "phone", "phone_verified", "expected"),
    [
        (True, None, False, True),
        (False, None, False, False),
        (False, PHONE, False, False),
        (False, PHONE, True, True),
        (False, None, True, False),
    ],
)
def test_contact_is_verified_or_not_in_one_statement(db, verified, phone, phone_verified, expected):
    user = make.UserFactory(verified=verified, phone=phone, phone_verified_at=clock.now() if phone_verified else None)

    with CaptureQueriesContext(connection) as captured:
        assert has_verified_contact(acting(user)) is expected
    assert len(captured) == 1


def test_visitor_and_closed_account_have_none(db):
    closed = make.UserFactory(is_active=False)

    assert not has_verified_contact(ANONYMOUS)
    assert not has_verified_contact(acting(closed))


def test_address_verified_by_somebody_else_does_not_count(db):
    user = make.UserFactory(verified=False)
    EmailAddress.objects.create(user=make.UserFactory(), email="autre@prendsoin.example", verified=True)

    assert not has_verified_contact(acting(user))


def test_contact_of_gives_what_is_verified_only(db):
    proven = make.UserFactory(email="a@prendsoin.example", phone=PHONE, phone_verified_at=clock.now())
    unproven = make.UserFactory(verified=False, phone=PHONE)

    assert contact_of(proven.pk) == Contact("a@prendsoin.example", PHONE)
    assert contact_of(unproven.pk) == contact_of(None) == Contact()
