"""What payments pay: never more than there is, never more than is owed, and no cent lost on the way."""

from datetime import date

import pytest
from django.db import Error, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from billing.exceptions_payment import PaymentRefusal
from billing.models import Allocation, Entry, Payment
from billing.selectors.balance import balances, left_cents, open_cents, with_open_cents
from billing.services.payments import allocate, apply_credit, record_payment, undo_allocation
from core.exceptions import NotForYou
from core.models import AuditEvent
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import SYSTEM, an_invoice, staff

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


def paid(payer, cents, **more):
    return record_payment(actor=staff(), payer=payer.uid, amount_cents=cents, received_on=DAY, **more)


def test_payment_pays_the_named_invoice_then_the_oldest():
    payer = a_payer()
    old, new = an_invoice(payer), an_invoice(payer)

    payment = paid(payer, 15000, invoice=new.uid)

    assert (open_cents(new), open_cents(old), left_cents(payment)) == (0, 10680 - (15000 - 10680), 0)
    assert AuditEvent.objects.filter(action="billing.record_payment").count() == 1
    assert Entry.objects.filter(source="payment", source_id=payment.pk).count() == 1


def test_overpayment_stays_with_the_payer_and_pays_the_next_invoice():
    payer = a_payer()
    an_invoice(payer)
    payment = paid(payer, 20000)
    assert left_cents(payment) == 9320

    following = an_invoice(payer)
    apply_credit(actor=SYSTEM, invoice=following)

    assert (open_cents(following), left_cents(payment)) == (10680 - 9320, 0)


def test_allocation_beyond_what_is_left_or_open_is_refused():
    payer = a_payer()
    invoice, other = an_invoice(payer), an_invoice(payer)
    payment = paid(payer, 5000, invoice=invoice.uid)
    stranger = an_invoice()

    for invoice_uid, cents, code in (
        (other.uid, 1, "more_than_left"),
        (stranger.uid, 1, "more_than_left"),
        (other.uid, 0, "amount_impossible"),
        (other.uid, -5, "amount_impossible"),
    ):
        with pytest.raises(PaymentRefusal) as refusal:
            allocate(actor=staff(), payment=payment.uid, invoice=invoice_uid, amount_cents=cents)
        assert refusal.value.code == code

    undo_allocation(actor=staff(), allocation=payment.allocations.get().uid, reason="mauvaise facture")
    with pytest.raises(PaymentRefusal) as refusal:
        allocate(actor=staff(), payment=payment.uid, invoice=stranger.uid, amount_cents=5000)
    assert refusal.value.code == "other_payer"


def test_undone_allocation_is_owed_again_and_undone_once():
    payer = a_payer()
    invoice = an_invoice(payer)
    payment = paid(payer, 10680)
    allocation = payment.allocations.get()

    undo_allocation(actor=staff(), allocation=allocation.uid, reason="erreur")

    assert (open_cents(invoice), left_cents(payment)) == (10680, 10680)
    with pytest.raises(PaymentRefusal) as refusal:
        undo_allocation(actor=staff(), allocation=allocation.uid, reason="erreur")
    assert refusal.value.code == "already_undone"


@pytest.mark.parametrize("change", [{"amount_cents": 1}, {"undone_at": None}])
def test_database_keeps_allocations_as_they_were_made(change):
    payer = a_payer()
    an_invoice(payer)
    allocation = paid(payer, 10680).allocations.get()

    with pytest.raises(Error), transaction.atomic():
        Allocation.objects.filter(pk=allocation.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        Allocation.objects.filter(pk=allocation.pk).delete()


def test_database_refuses_to_give_a_cent_twice():
    payer = a_payer()
    invoice, other = an_invoice(payer), an_invoice(payer)
    payment = paid(payer, 10680, invoice=invoice.uid)

    with pytest.raises(Error), transaction.atomic():
        Allocation.objects.create(payment=payment, invoice=other, amount_cents=1)
    spare = paid(payer, 5000)
    with pytest.raises(Error), transaction.atomic():
        Allocation.objects.create(payment=spare, invoice=invoice, amount_cents=1)


def test_only_billing_staff_record_money():
    payer = a_payer()
    for actor in (
        staff().__class__(user_id=None, space=None),
        staff().__class__(user_id=1, space="practice", practice_id=payer.practice_id),
    ):
        with pytest.raises(NotForYou):
            record_payment(actor=actor, payer=payer.uid, amount_cents=100, received_on=DAY)
    assert not Payment.objects.exists()


def test_open_cents_of_many_invoices_are_read_in_one_statement(django_assert_num_queries):
    payer = a_payer()
    made = [an_invoice(payer) for _ in range(3)]
    paid(payer, 15000)
    for count in (1, 3):
        with django_assert_num_queries(1):
            assert (
                len(list(with_open_cents(type(made[0]).objects.filter(pk__in=[one.pk for one in made[:count]]))))
                == count
            )


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.one_of(
            st.tuples(st.just("pay"), st.integers(1, 30_000)),
            st.tuples(st.just("allocate"), st.integers(1, 12_000)),
            st.tuples(st.just("undo"), st.integers(0, 5)),
        ),
        max_size=7,
    )
)
def test_no_cent_is_lost_whatever_is_paid_allocated_or_undone(db, acts):
    with transaction.atomic():
        payer, actor = a_payer(), staff()
        invoices = [an_invoice(payer, net) for net in (8900, 5001)]
        billed = sum(one.gross_cents for one in invoices)
        received = 0
        for kind, number in acts:
            payments = list(Payment.objects.filter(payer=payer).order_by("pk"))
            try:
                if kind == "pay":
                    record_payment(actor=actor, payer=payer.uid, amount_cents=number, received_on=DAY)
                    received += number
                elif kind == "allocate" and payments:
                    target = invoices[number % 2]
                    allocate(
                        actor=actor,
                        payment=payments[number % len(payments)].uid,
                        invoice=target.uid,
                        amount_cents=number,
                    )
                elif kind == "undo":
                    live = list(Allocation.objects.live().filter(invoice__payer=payer).order_by("pk"))
                    if live:
                        undo_allocation(actor=actor, allocation=live[number % len(live)].uid, reason="essai")
            except PaymentRefusal:
                pass
            open_now = [open_cents(one) for one in invoices]
            left_now = [left_cents(one) for one in Payment.objects.filter(payer=payer)]
            assert min([*open_now, *left_now]) >= 0
            assert sum(open_now) - sum(left_now) == billed - received == balances([payer.pk])[payer.pk]
        transaction.set_rollback(True)
