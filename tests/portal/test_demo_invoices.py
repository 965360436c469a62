"""The past of the demo's invoices: paid, late and restricted, in books that balance."""

from datetime import timedelta
from random import Random

import pytest

from billing.days import today
from billing.fec import render
from billing.fec_check import check
from billing.models import (
    ClosedMonth,
    Debit,
    DebitBatch,
    DunningStep,
    Invoice,
    InvoiceRun,
    Mandate,
    Payer,
    Subscription,
)
from billing.selectors.books import fec_lines
from billing.selectors.unpaid import overdue
from core.access import system_actor
from notifications.models import Message
from portal.demo.invoices import bill_the_past
from portal.demo.subscriptions import subscribe_practices
from tests.factories import BookableAgendaFactory

pytestmark = pytest.mark.django_db


def test_the_past_is_billed_paid_and_followed_up(settings):
    settings.SEPA_CREDITOR_ID = settings.EXAMPLE_CREDITOR_ID
    agendas = [BookableAgendaFactory() for _ in range(5)]
    subscribe_practices(Random(2), agendas)
    Payer.objects.update(method="sepa", postcode="93260", city="Les Lilas", street="1 rue des Lilas")
    old = today() - timedelta(days=230)
    Subscription.objects.update(started_on=old, trial_ends_on=old)
    first = agendas[0].practice_id

    made = bill_the_past(first)

    assert made >= 5
    assert not overdue(Invoice.objects.filter(practice=first)).exists()
    assert overdue(Invoice.objects.all()).values("practice").distinct().count() == 2
    assert Subscription.objects.filter(restricted_at__isnull=False).count() == 1
    assert DunningStep.objects.filter(act="restrict").exists()
    assert ClosedMonth.objects.count() == 1
    assert InvoiceRun.objects.filter(state="done").count() == 4
    assert Mandate.objects.count() == 3
    first_batch = DebitBatch.objects.order_by("pk")[0]
    assert (first_batch.state, first_batch.count) == ("sent", 3)
    assert Debit.objects.filter(state="returned", return_code="AM04").count() == 1
    assert not Message.objects.filter(kind="billing.debit_notice", state="pending").exists()
    lines = fec_lines(system_actor("tests"), old, today() + timedelta(days=1))
    assert check(render(lines)).problems == []
