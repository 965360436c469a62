"""Issuing: numbers, dates, what the database refuses afterwards."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import Error, connection, transaction

from billing.exceptions_invoice import InvoiceRefusal
from billing.models import Invoice, InvoiceLine, Series, VatTotal
from billing.selectors.papers import is_intact
from billing.services.issuing import issue, issue_many
from core.access import system_actor
from core.models import AuditEvent
from tests.billing.invoices.rows import a_buyer, a_draft, a_line, a_paper, a_payer

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")


def test_issued_invoice_has_number_dates_sums_and_trace():
    payer = a_payer()
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        first = issue(actor=ACTOR, draft=a_draft(payer))
        second = issue(actor=ACTOR, draft=a_draft(payer, a_line(-5933), a_line(8600)))

    first.refresh_from_db()
    assert (first.reference, first.issue_date, first.due_date) == ("F2026-000001", date(2026, 3, 1), date(2026, 3, 16))
    assert (first.net_cents, first.vat_cents, first.gross_cents) == (8900, 1780, 10680)
    assert (second.reference, second.gross_cents) == ("F2026-000002", 3200)
    assert AuditEvent.objects.filter(action="billing.issue_invoice", target_id=first.pk).count() == 1
    assert is_intact(first)


def test_rolled_back_number_is_given_again():
    payer = a_payer()
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        with transaction.atomic():
            issue(actor=ACTOR, draft=a_draft(payer))
            transaction.set_rollback(True)
        assert issue(actor=ACTOR, draft=a_draft(payer)).reference == "F2026-000001"


def test_case_70_month_and_year_limits_are_those_of_paris():
    payer = a_payer()
    with time_machine.travel(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), tick=False):
        before = issue(actor=ACTOR, draft=a_draft(payer))
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), tick=False):
        after = issue(actor=ACTOR, draft=a_draft(payer))

    assert (before.reference, before.issue_date) == ("F2026-000001", date(2026, 12, 31))
    assert (after.reference, after.issue_date) == ("F2027-000001", date(2027, 1, 1))
    assert after.issued_at.astimezone(ZoneInfo("Europe/Paris")).date() == after.issue_date


def test_clock_put_back_dates_nothing_before_the_last_number():
    payer = a_payer()
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
        issue(actor=ACTOR, draft=a_draft(payer))
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        late = issue(actor=ACTOR, draft=a_draft(payer))

    assert (late.number, late.issue_date) == (2, date(2026, 3, 2))


def test_incomplete_invoice_takes_no_number_and_tells_all_that_lacks():
    payer = a_payer()

    with pytest.raises(InvoiceRefusal) as refusal:
        issue(actor=ACTOR, draft=a_draft(payer, buyer=a_buyer(siren="", city=" ")))

    assert refusal.value.code == "invoice_incomplete"
    assert [one["code"] for one in refusal.value.details["missing"]] == ["buyer_city", "buyer_siren"]
    assert not Series.objects.exists()


def test_several_are_issued_in_a_fixed_number_of_statements(django_assert_num_queries):
    payer = a_payer()
    issue(actor=ACTOR, draft=a_draft(payer))
    with transaction.atomic():
        with django_assert_num_queries(6):
            issue_many(actor=ACTOR, drafts=[a_draft(payer)])
        with django_assert_num_queries(6):
            rows = issue_many(actor=ACTOR, drafts=[a_draft(payer) for _ in range(3)])

    assert [row.number for row in rows] == [3, 4, 5]


def refused(sql, *values):
    with pytest.raises(Error, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_issued_rows_refuse_every_change_in_the_database():
    payer = a_payer()
    invoice = issue(actor=ACTOR, draft=a_draft(payer))
    for sql in (
        "UPDATE billing_invoice SET gross_cents = gross_cents WHERE id = %s",
        "DELETE FROM billing_invoice WHERE id = %s",
        "UPDATE billing_invoiceline SET label = 'x' WHERE invoice_id = %s",
        "DELETE FROM billing_invoiceline WHERE invoice_id = %s",
        "UPDATE billing_vattotal SET vat_cents = 0 WHERE invoice_id = %s",
        "DELETE FROM billing_vattotal WHERE invoice_id = %s",
        "INSERT INTO billing_vattotal (invoice_id, rate, base_cents, vat_cents, exemption) VALUES (%s, 5, 1, 1, '')",
    ):
        refused(sql, invoice.pk)
    refused("UPDATE billing_series SET last_number = 0")
    refused("DELETE FROM billing_series")
    refused(
        "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL prendsoin.audit_truncate = 'off'; TRUNCATE billing_invoice CASCADE"
    )
    invoice.refresh_from_db()
    assert is_intact(invoice)


def test_line_moved_into_an_issued_invoice_is_refused():
    payer = a_payer()
    invoice = issue(actor=ACTOR, draft=a_draft(payer))
    other = a_row(payer)
    line = InvoiceLine.objects.create(
        invoice=other, position=1, label="x", unit_cents=1, net_cents=1, vat_rate=2000,
        period_start=date(2026, 3, 1), period_end=date(2026, 4, 1),
    )  # fmt: skip

    refused("UPDATE billing_invoiceline SET invoice_id = %s, position = 9 WHERE id = %s", invoice.pk, line.pk)

    assert list(other.lines.all()) == [line]
    assert is_intact(invoice)


def a_row(payer, **fields):
    paper = a_paper()
    values = {
        "payer": payer, "practice_id": payer.practice_id, "period_start": paper.period_start,
        "period_end": paper.period_end, "seller": {}, "buyer": {}, "net_cents": 1, "vat_cents": 0, "gross_cents": 1,
    }  # fmt: skip
    return Invoice.objects.create(**{**values, **fields})


def test_invoice_that_does_not_sum_to_its_lines_is_refused_by_the_database():
    payer = a_payer()
    row = a_row(payer, net_cents=9, gross_cents=9)
    VatTotal.objects.create(invoice=row, rate=2000, base_cents=8, vat_cents=0)
    series = Series.objects.create(code="F2026", last_number=1)

    with pytest.raises(Error, match="does not sum"), transaction.atomic():
        Invoice.objects.filter(pk=row.pk).update(
            series=series, number=1, reference="F2026-000001", issue_date=date(2026, 3, 1), due_date=date(2026, 3, 1),
            issued_at=datetime(2026, 3, 1, tzinfo=UTC), content_hash="0" * 64,
        )  # fmt: skip


def test_draft_may_still_be_thrown_away():
    row = a_row(a_payer())

    row.delete()

    assert not Invoice.objects.exists()
