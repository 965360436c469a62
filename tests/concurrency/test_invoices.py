"""Fifty invoices at the same second: numbers without gap nor double, in the order of dates; credits and runs likewise."""

from threading import Barrier

import pytest
from django.db import transaction

from billing.models import Adjustment, Entry, Invoice, RunRow, Series
from billing.services import numbering
from billing.services.crediting import credit
from billing.services.issued import follow
from billing.services.issuing import issue
from billing.services.run import do_chunk, start_run
from core import clock
from core.access import system_actor
from tests.billing.invoices.rows import a_draft, a_line, a_payer
from tests.concurrency.rivals import outcomes, race

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ACTOR = system_actor("tests")


class Stopped(Exception):
    """What breaks a transaction after it has taken its number."""


def one_of(payers, n):
    """An invoice of one of the payers; each fifth breaks once it has its number, each seventh is a credit note."""

    def act():
        with transaction.atomic():
            made = issue(actor=ACTOR, draft=a_draft(payers[n % len(payers)], a_line(100 + n)))
            if n % 5 == 0:
                raise Stopped
        return made

    return act


def numbers(kind="invoice"):
    rows = Invoice.objects.filter(kind=kind).order_by("number").values_list("number", "issue_date", "reference")
    return list(rows)


def test_fifty_parallel_issues_leave_no_gap_and_no_double():
    payers = [a_payer() for _ in range(3)]

    found = outcomes(race([one_of(payers, n) for n in range(50)]))

    assert found == {"ok": 40, "Stopped": 10}
    rows = numbers()
    assert [number for number, *_rest in rows] == list(range(1, 41))
    assert len({reference for *_rest, reference in rows}) == 40
    assert [day for _number, day, _reference in rows] == sorted(day for _number, day, _reference in rows)
    assert Series.objects.get().last_number == 40


def test_without_the_lock_two_issues_take_the_same_number(monkeypatch):
    payer = a_payer()
    issue(actor=ACTOR, draft=a_draft(payer))
    both_have_read = Barrier(2)

    def unlocked(code):
        found = Series.objects.get(code=code)
        both_have_read.wait(20)
        return found

    monkeypatch.setattr(numbering, "_locked", unlocked)

    found = outcomes(race([one_of([payer], 1), one_of([payer], 2)]))

    assert found == {"ok": 1, "IntegrityError": 1}
    assert [number for number, *_rest in numbers()] == [1, 2]


def test_rivals_never_credit_more_than_the_invoice():
    invoice = issue(actor=ACTOR, draft=a_draft(a_payer(), a_line(10_000)))
    follow(actor=ACTOR, invoices=[invoice])

    def half():
        return credit(actor=ACTOR, invoice=invoice.uid, reason="Panne", amounts={1: 4_000})

    found = outcomes(race([half] * 6))

    assert found == {"ok": 2, "credit_too_much": 4}
    assert [number for number, *_rest in numbers("credit_note")] == [1, 2]


def test_case_69_run_started_and_done_by_many_at_once_bills_each_payer_once():
    for _ in range(6):
        payer = a_payer()
        Adjustment.objects.create(payer=payer, amount_cents=1_000, label="Formation", reason="Devis signé")
    month = clock.today(numbering.PARIS).replace(day=1)

    runs = race([lambda: start_run(actor=ACTOR, month=month)] * 4)
    ids = [row.pk for row in RunRow.objects.order_by("pk")]
    chunk = {"run_id": runs[0].pk, "after": ids[0] - 1, "upto": ids[-1]}
    done = race([lambda: do_chunk(**chunk)] * 4)

    assert len({run.pk for run in runs}) == 1
    assert sorted(done) == [0, 0, 0, 6]
    assert [number for number, *_rest in numbers()] == list(range(1, 7))
    assert Entry.objects.count() == 6
