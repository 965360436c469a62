"""The command that proves the invoices finds a number that is missing and a paper that was changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing.models import Series
from billing.services.issuing import issue
from core.access import system_actor
from tests.billing.invoices.rows import a_draft, a_payer

pytestmark = pytest.mark.django_db


def told(**options):
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_invoices", stdout=out, stderr=err, **options)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    return out.getvalue()


def test_invoices_that_hold_are_counted():
    payer = a_payer()
    for _ in range(2):
        issue(actor=system_actor("tests"), draft=a_draft(payer))
    assert told() == "2 issued papers hold.\n"


def test_missing_number_is_found():
    issue(actor=system_actor("tests"), draft=a_draft(a_payer()))
    Series.objects.update(last_number=3)
    assert "1 numbers up to 1, 3 were given" in told(numbers=True)


def test_paper_changed_behind_the_triggers_is_found():
    invoice = issue(actor=system_actor("tests"), draft=a_draft(a_payer()))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE billing_invoiceline DISABLE TRIGGER USER")
        cursor.execute("UPDATE billing_invoiceline SET label = 'x'")
        cursor.execute("ALTER TABLE billing_invoiceline ENABLE TRIGGER USER")
    assert told() == f"{invoice.reference}: its paper is not the one that was issued\n1 faults among the invoices."
    assert told(numbers=True) == "1 issued papers hold.\n"
