"""Mandates and debits, from the signature to the bank's answer."""

from datetime import UTC, date, datetime, timedelta

import lxml.etree
import pytest
import time_machine
from django.db import connection

from billing.exceptions_payment import PaymentRefusal
from billing.models import Debit, Entry, Mandate, Payer, Payment
from billing.selectors.balance import left_cents, open_cents
from billing.services.debit_files import batch_file, cancel_batch, mark_sent, prepare_batches
from billing.services.debit_returns import import_returns
from billing.services.debits import plan_payer_debits, settle_debits
from billing.services.mandates import change_account, expire_mandates, revoke_mandate, sign_mandate
from billing.services.payments import record_payment
from core.access import Actor, Space
from core.exceptions import NotForYou
from core.models import AuditEvent
from notifications.models import Message
from practitioners.enums import Role
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import an_invoice, staff
from tests.billing.payments.test_bank_files import camt, pain002
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
IBAN, OTHER = "FR1420041010050500013M02606", "FR7630006000011234567890189"


@pytest.fixture(autouse=True)
def _creditor(settings):
    settings.SEPA_CREDITOR_ID = "FR72ZZZ123456"


@pytest.fixture
def clock_at():
    """Moves the clock: `clock_at(date)`; the tests begin on 2 March 2026."""
    traveller = time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False)
    coordinates = traveller.start()
    yield lambda day: coordinates.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    traveller.stop()


def owner_of(payer, role=Role.OWNER):
    member = MembershipFactory(practice=payer.practice, role=role)
    return Actor(
        user_id=member.user_id, space=Space.PRACTICE, practice_id=payer.practice_id, strong=True, ip="192.0.2.7"
    )


def signed(payer=None, **more):
    payer = payer or a_payer()
    return sign_mandate(actor=owner_of(payer), payer=payer.uid, iban=IBAN, holder="SELARL Martin", agreed=True, **more)


def sent(payer, clock_at):
    """One invoice whose debit is with the bank."""
    invoice = an_invoice(payer, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    (debit,) = plan_payer_debits(payer_id=payer.pk)
    (batch,) = prepare_batches(actor=staff(), until=debit.collect_on)
    mark_sent(actor=staff(), batch=batch.uid)
    debit.refresh_from_db()
    return invoice, debit, batch


def test_mandate_keeps_its_proof_and_seals_the_account(clock_at):
    mandate = signed()

    assert (mandate.umr, mandate.account, mandate.bic) == (f"{mandate.payer.account}-001", "FR•• •••• 2606", "PSSTFRPP")
    assert mandate.proof["network"] == "192.0.2.0/24"
    assert len(mandate.proof["sentences"]) == 3
    assert mandate.proof["sha256"]
    assert Payer.objects.get(pk=mandate.payer_id).method == "sepa"
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM billing_mandate m")
        kept = cursor.fetchone()[0]
    assert IBAN not in kept
    assert IBAN.encode().hex() not in kept
    assert all(IBAN not in str(event.facts) for event in AuditEvent.objects.all())
    assert Mandate.objects.get(pk=mandate.pk).iban == IBAN


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"iban": "FR1420041010050500013M02607"}, "iban_checksum"),
        ({"iban": "nope"}, "iban_malformed"),
        ({"iban": "US12345678901234567"}, "iban_country"),
        ({"holder": " "}, "holder_missing"),
        ({"agreed": False}, "agreement_missing"),
        ({"scheme": "COR1"}, "scheme_impossible"),
    ],
)
def test_mandate_that_is_not_right_is_not_signed(fields, code):
    payer = a_payer()
    with pytest.raises(PaymentRefusal) as refusal:
        sign_mandate(
            **{"actor": owner_of(payer), "payer": payer.uid, "iban": IBAN, "holder": "X Y", "agreed": True, **fields}
        )
    assert refusal.value.code == code
    assert not Mandate.objects.exists()


def test_only_the_owner_and_the_accountant_sign():
    payer, stranger = a_payer(), a_payer()
    for actor in (owner_of(stranger), owner_of(payer, Role.SECRETARY), owner_of(payer, Role.PRACTITIONER), staff()):
        with pytest.raises(NotForYou):
            sign_mandate(actor=actor, payer=payer.uid, iban=IBAN, holder="X Y", agreed=True)
    accountant = owner_of(payer, Role.ACCOUNTANT)
    assert sign_mandate(actor=accountant, payer=payer.uid, iban=IBAN, holder="X Y", agreed=True).pk


def test_debit_is_announced_once_with_fourteen_days(clock_at):
    payer = signed().payer
    an_invoice(payer, at=datetime(2026, 3, 2, 9, tzinfo=UTC))

    (debit,) = plan_payer_debits(payer_id=payer.pk)
    assert plan_payer_debits(payer_id=payer.pk) == []

    assert debit.collect_on == date(2026, 3, 17)
    assert (debit.collect_on - date(2026, 3, 2)).days >= 14
    assert (debit.end_to_end, debit.amount_cents) == ("F2026-000001-1", 10680)
    assert Message.objects.filter(kind="billing.debit_notice").count() == 1


def test_debit_is_written_sent_and_settled(clock_at):
    mandate = signed()
    invoice, debit, batch = sent(mandate.payer, clock_at)
    name, content = batch_file(actor=staff(), batch=batch.uid)
    assert name.endswith(".xml")
    assert lxml.etree.fromstring(content).findtext(".//{*}DbtrAcct/{*}Id/{*}IBAN") == IBAN
    assert IBAN not in repr(vars(batch).get("name"))

    settle_debits()
    assert open_cents(invoice) == 10680
    clock_at(debit.collect_on)
    settle_debits()
    settle_debits()

    debit.refresh_from_db()
    mandate.refresh_from_db()
    assert (debit.state, open_cents(invoice), Payment.objects.count()) == ("settled", 0, 1)
    assert mandate.last_used_on == debit.collect_on


def test_what_was_paid_meanwhile_is_not_collected(clock_at):
    payer = signed().payer
    first, second = an_invoice(payer), an_invoice(payer)
    plan_payer_debits(payer_id=payer.pk)
    record_payment(
        actor=staff(), payer=payer.uid, amount_cents=10680 + 5000, received_on=date(2026, 3, 2), invoice=first.uid
    )

    (batch,) = prepare_batches(actor=staff(), until=date(2026, 4, 30))

    assert (batch.count, batch.total_cents) == (1, 10680 - 5000)
    assert Debit.objects.get(invoice=first).state == "cancelled"
    assert second.debits.get().amount_cents == 5680


@pytest.mark.parametrize("before_settlement", [True, False])
def test_return_undoes_its_debit_once_in_whatever_file_it_comes(clock_at, before_settlement):
    invoice, debit, _batch = sent(signed().payer, clock_at)
    clock_at(debit.collect_on)
    if not before_settlement:
        settle_debits()
    reject = pain002((debit.end_to_end, "AM04", "106.80"), ("NOBODY", "AM04", "1.00"))

    report = import_returns(actor=staff(), raw=reject).report
    import_returns(actor=staff(), raw=reject)
    later = import_returns(actor=staff(), raw=camt(debit.end_to_end, "AM04")).report

    debit.refresh_from_db()
    assert (report["applied"], report["unknown"], later["known"]) == (
        [debit.end_to_end],
        ["NOBODY"],
        [debit.end_to_end],
    )
    assert (debit.state, debit.return_code, open_cents(invoice)) == ("returned", "AM04", 10680)
    assert Entry.objects.filter(source="return").count() == (0 if before_settlement else 1)
    assert [left_cents(one) for one in Payment.objects.all()] == ([] if before_settlement else [0])
    assert Message.objects.filter(kind="billing.debit_returned").count() == 1
    settle_debits()
    assert Payment.objects.count() == (0 if before_settlement else 1)


def test_return_of_another_amount_is_left_to_a_person(clock_at):
    _invoice, debit, _batch = sent(signed().payer, clock_at)
    report = import_returns(actor=staff(), raw=pain002((debit.end_to_end, "AM04", "1.00"))).report
    debit.refresh_from_db()
    assert (report["differs"], debit.state) == ([debit.end_to_end], "sent")


def test_refused_debit_is_presented_again_after_five_days_three_times_at_most(clock_at):
    payer = signed().payer
    _invoice, debit, _batch = sent(payer, clock_at)
    for attempt in (2, 3):
        clock_at(debit.collect_on)
        import_returns(actor=staff(), raw=pain002((debit.end_to_end, "AM04", "106.80")))
        assert plan_payer_debits(payer_id=payer.pk) == []
        clock_at(debit.collect_on + timedelta(days=5))
        (debit,) = plan_payer_debits(payer_id=payer.pk)
        assert debit.end_to_end == f"F2026-000001-{attempt}"
        (batch,) = prepare_batches(actor=staff(), until=debit.collect_on)
        mark_sent(actor=staff(), batch=batch.uid)
        debit.refresh_from_db()
    clock_at(debit.collect_on)
    import_returns(actor=staff(), raw=pain002((debit.end_to_end, "AM04", "106.80")))
    clock_at(debit.collect_on + timedelta(days=30))
    assert plan_payer_debits(payer_id=payer.pk) == []


def test_closed_account_suspends_the_mandate_until_another_is_given(clock_at):
    mandate = signed()
    invoice, debit, _batch = sent(mandate.payer, clock_at)
    clock_at(debit.collect_on)
    settle_debits()
    import_returns(actor=staff(), raw=camt(debit.end_to_end, "AC04"))
    mandate.refresh_from_db()
    assert (mandate.state, mandate.state_code) == ("blocked", "AC04")

    changed = change_account(
        actor=owner_of(mandate.payer), mandate=mandate.uid, iban=OTHER, holder="SELARL Martin", agreed=True
    )

    assert (changed.state, changed.umr, changed.account) == ("active", mandate.umr, "FR•• •••• 0189")
    following = an_invoice(mandate.payer, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    plan_payer_debits(payer_id=mandate.payer_id)
    (batch,) = prepare_batches(actor=staff(), until=date(2026, 5, 31))
    content = batch_file(actor=staff(), batch=batch.uid)[1]
    assert lxml.etree.fromstring(content).findtext(".//{*}OrgnlDbtrAcct/{*}Id/{*}Othr/{*}Id") == "SMNDA"
    assert changed.amendments.get().told_in == batch
    cancel_batch(actor=staff(), batch=batch.uid)
    assert changed.amendments.get().told_in is None
    assert following.debits.get().state == "notified"
    assert open_cents(invoice) == 10680


def test_revoked_mandate_calls_off_what_was_announced(clock_at):
    mandate = signed()
    an_invoice(mandate.payer)
    plan_payer_debits(payer_id=mandate.payer_id)

    revoke_mandate(actor=owner_of(mandate.payer), mandate=mandate.uid)

    assert Debit.objects.get().state == "cancelled"
    assert Payer.objects.get(pk=mandate.payer_id).method == "transfer"
    with pytest.raises(PaymentRefusal) as refusal:
        prepare_batches(actor=staff(), until=date(2027, 1, 1))
    assert refusal.value.code == "nothing_to_collect"
    assert signed(mandate.payer).umr.endswith("-002")


def test_unused_mandate_ends_after_36_months(clock_at):
    mandate = signed()
    clock_at(date(2029, 3, 1))
    expire_mandates()
    mandate.refresh_from_db()
    assert mandate.state == "active"
    clock_at(date(2029, 3, 2))
    expire_mandates()
    mandate.refresh_from_db()
    assert mandate.state == "expired"


def test_late_file_is_not_sent(clock_at):
    payer = signed().payer
    an_invoice(payer)
    (debit,) = plan_payer_debits(payer_id=payer.pk)
    (batch,) = prepare_batches(actor=staff(), until=debit.collect_on)
    clock_at(debit.collect_on)
    with pytest.raises(PaymentRefusal) as refusal:
        mark_sent(actor=staff(), batch=batch.uid)
    assert refusal.value.code == "batch_too_late"
    cancel_batch(actor=staff(), batch=batch.uid)
    (again,) = prepare_batches(actor=staff(), until=debit.collect_on)
    assert again.first_collect_on > debit.collect_on
    assert Message.objects.filter(kind="billing.debit_notice").count() == 2


def whole_reject(batch, *, part="", code="FF01"):
    """A pain.002 that refuses a file of ours, or a part of it, and names no transaction."""
    told = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"
    head, parts = f"<GrpSts>RJCT</GrpSts>{told}", ""
    if part:
        named = f"<OrgnlPmtInfId>{part}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>{told}"
        head, parts = "", f"<OrgnlPmtInfAndSts>{named}</OrgnlPmtInfAndSts>"
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R9</MsgId></GrpHdr>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch.name}</OrgnlMsgId>{head}</OrgnlGrpInfAndSts>{parts}</CstmrPmtStsRpt></Document>"
    ).encode()


@pytest.mark.parametrize("by_part", [False, True])
def test_file_refused_whole_waits_again_and_nobody_is_told_of_a_refusal(clock_at, by_part):
    _invoice, debit, batch = sent(signed().payer, clock_at)
    letters = Message.objects.count()
    raw = whole_reject(batch, part=f"{batch.name[:30]}-001" if by_part else "")

    report = import_returns(actor=staff(), raw=raw).report
    again = import_returns(actor=staff(), raw=raw + b"\n").report

    assert (report["applied"], again["applied"], again["known"]) == ([debit.end_to_end], [], [debit.end_to_end])
    debit.refresh_from_db()
    batch.refresh_from_db()
    assert (debit.state, debit.batch, batch.state) == ("notified", None, "cancelled")
    assert (Message.objects.count(), debit.mandate.state) == (letters, "active")
    (other,) = prepare_batches(actor=staff(), until=date(2026, 12, 31))
    assert other.count == 1


def test_reject_of_a_file_that_is_not_ours_is_left_to_a_person(clock_at):
    _invoice, _debit, batch = sent(signed().payer, clock_at)
    batch.name = "PS-OF-ANOTHER"
    assert import_returns(actor=staff(), raw=whole_reject(batch)).report["unknown"] == ["PS-OF-ANOTHER"]
