"""Dunning on real rows: the calendar by night, what a person decides, what paying lifts (product.md, case 67)."""

from datetime import date, timedelta

import pytest

from billing.days import today
from billing.dunning import CALENDAR
from billing.enums_books import DunningAct, StepOutcome
from billing.exceptions_books import BookRefusal
from billing.messages_dunning import LATE
from billing.models import DunningStep, EntryLine, Subscription
from billing.selectors.balance import open_cents
from billing.services import dunning, payments
from billing.services.posting import post_invoice
from core.access import Actor, Space, system_actor
from core.exceptions import NotForYou
from notifications.models import Message
from notifications.registry import composer
from practitioners.enums import BlockCause
from practitioners.models import OnlineBlock
from tests.billing.books.papers import issued, payer_of
from tests.factories import AppointmentFactory, BookableAgendaFactory, UserFactory

pytestmark = pytest.mark.django_db
ROBOT = system_actor("tests.dunning")


@pytest.fixture
def clerk():
    return Actor(user_id=UserFactory(is_billing_staff=True).pk, space=Space.BILLING, strong=True)


@pytest.fixture
def agenda():
    return BookableAgendaFactory()


@pytest.fixture
def payer(agenda):
    Subscription.objects.create(practice=agenda.practice, state="active", started_on=date(2025, 1, 1))
    return payer_of(agenda.practice)


def late_by(payer, days, net=8_900):
    """An invoice of this year whose due date is so many days past, posted."""
    invoice = issued(payer, net, on=today() - timedelta(days=days), terms=0)
    post_invoice(actor=ROBOT, invoice=invoice)
    return invoice


def through(invoice):
    """The nights of the calendar, from the due date on."""
    for step in CALENDAR:
        dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk, day=invoice.due_date + timedelta(days=step.day))


def acts(invoice):
    return [
        str(act)
        for act in DunningStep.objects.filter(invoice=invoice, outcome=StepOutcome.DONE)
        .order_by("pk")
        .values_list("act", flat=True)
    ]


def is_closed(agenda):
    return OnlineBlock.objects.filter(agenda=agenda, cause=BlockCause.BILLING, closed_at__isnull=True).exists()


def test_case_67_an_unpaid_practice_keeps_its_visits_and_closes_to_new_ones_only(agenda, payer):
    visit = AppointmentFactory(agenda=agenda)
    invoice = late_by(payer, 60)

    through(invoice)

    assert acts(invoice) == ["notice", "reminder", "indemnity", "formal", "restrict"]
    assert is_closed(agenda)
    assert Subscription.objects.get().state == "past_due"
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_paying_opens_again_in_the_same_transaction_and_letters_the_books(agenda, payer, clerk):
    invoice = late_by(payer, 60)
    through(invoice)

    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_680, received_on=today())

    assert not is_closed(agenda)
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.restricted_at) == ("active", None)
    lines = EntryLine.objects.filter(account="411000")
    assert {(line.letter, line.lettered_on) for line in lines} == {("A", today())}
    assert not Message.objects.filter(kind=LATE, state="pending").exists()


def test_a_part_payment_opens_nothing(agenda, payer, clerk):
    invoice = late_by(payer, 60)
    through(invoice)

    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_679, received_on=today())

    assert is_closed(agenda)
    assert not EntryLine.objects.exclude(letter="").exists()


def test_another_invoice_that_restricted_keeps_it_closed(agenda, payer, clerk):
    first, second = late_by(payer, 80), late_by(payer, 70)
    through(first)
    through(second)

    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_680, received_on=today(), invoice=first.uid)
    assert is_closed(agenda)
    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_680, received_on=today())
    assert not is_closed(agenda)


def test_only_its_own_block_is_lifted(agenda, payer, clerk):
    OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.VERIFICATION)
    invoice = late_by(payer, 60)
    through(invoice)

    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_680, received_on=today())

    left = OnlineBlock.objects.filter(closed_at__isnull=True)
    assert [block.cause for block in left] == [BlockCause.VERIFICATION]


def test_a_payment_undone_unletters_and_closes_again(agenda, payer, clerk):
    invoice = late_by(payer, 60)
    through(invoice)
    payment = payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=10_680, received_on=today())

    payments.undo_allocation(actor=clerk, allocation=payment.allocations.get().uid, reason="Erreur")

    assert is_closed(agenda)
    assert not EntryLine.objects.exclude(letter="").exists()


def test_a_night_run_twice_does_nothing_more(payer):
    invoice = late_by(payer, 2)

    assert dunning.dun_chunk(actor=ROBOT, invoices=[invoice.pk]) == 1
    assert dunning.dun_chunk(actor=ROBOT, invoices=[invoice.pk]) == 0
    assert Message.objects.filter(kind=LATE).count() == 1


def test_a_letter_says_what_is_owed_and_mentions_the_forty_euros(payer):
    invoice = late_by(payer, 2)
    dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk)
    message = Message.objects.get(kind=LATE)

    envelope = composer(LATE)(message)

    assert envelope.to == payer.email
    assert invoice.reference in envelope.subject
    assert "106,80" in envelope.text
    assert "40" in envelope.text


def test_a_letter_about_a_paid_or_held_invoice_is_not_sent(payer, clerk):
    invoice = late_by(payer, 2)
    dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk)
    message = Message.objects.get(kind=LATE)

    dunning.hold(actor=clerk, invoice=invoice.uid, until=today() + timedelta(days=9), reason="Délai convenu")

    assert composer(LATE)(message) is None
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert not dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk)


def test_a_hold_ends_when_a_person_says_so(payer, clerk):
    invoice = late_by(payer, 20)
    dunning.hold(actor=clerk, invoice=invoice.uid, until=today() + timedelta(days=9), reason="Délai convenu")

    assert dunning.end_hold(actor=clerk, invoice=invoice.uid)
    assert not dunning.end_hold(actor=clerk, invoice=invoice.uid)
    assert dunning.dun_invoice(actor=ROBOT, invoice=invoice.pk)


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [(0, "x", "hold_day_wrong"), (93, "x", "hold_day_wrong"), (5, "  ", "reason_missing")],
)
def test_a_hold_that_makes_no_sense_is_refused(payer, clerk, until, reason, code):
    invoice = late_by(payer, 5)

    with pytest.raises(BookRefusal) as refused:
        dunning.hold(actor=clerk, invoice=invoice.uid, until=today() + timedelta(days=until), reason=reason)

    assert refused.value.code == code


def test_a_person_reminds_ahead_of_the_calendar_but_never_restricts(payer, clerk, agenda):
    invoice = late_by(payer, 2)

    sent = [dunning.remind_now(actor=clerk, invoice=invoice.uid) for _ in range(4)]

    assert sent == [DunningAct.NOTICE, DunningAct.REMINDER, DunningAct.INDEMNITY, DunningAct.FORMAL]
    with pytest.raises(BookRefusal, match="no_step_left"):
        dunning.remind_now(actor=clerk, invoice=invoice.uid)
    assert not is_closed(agenda)


def test_reminding_many_tells_which_were_not(payer, clerk):
    late, fine = late_by(payer, 3), issued(payer, on=today())

    sent, refused = dunning.remind_many(actor=clerk, invoices=[late.uid, fine.uid, late.uid])

    assert (sent, refused) == (1, {str(fine.uid): "not_late"})
    with pytest.raises(BookRefusal, match="nothing_chosen"):
        dunning.remind_many(actor=clerk, invoices=[])


def test_nobody_else_follows_up(payer):
    invoice = late_by(payer, 3)
    for actor in (
        Actor(user_id=1, space=Space.PATIENT),
        Actor(user_id=1, space=Space.PRACTICE, practice_id=payer.practice_id, strong=True),
        Actor(user_id=1, space=Space.PLATFORM, strong=True),
    ):
        with pytest.raises(NotForYou):
            dunning.remind_now(actor=actor, invoice=invoice.uid)
        with pytest.raises(NotForYou):
            dunning.hold(actor=actor, invoice=invoice.uid, until=today() + timedelta(days=2), reason="x")


def test_nobody_is_written_to_about_money_that_is_here(clerk, payer):
    payments.record_payment(actor=clerk, payer=payer.uid, amount_cents=15_000, received_on=today())
    first, second = late_by(payer, 3), late_by(payer, 2)

    assert [dunning.dun_invoice(actor=ROBOT, invoice=row.pk) for row in (first, second)] == [False, True]

    assert (open_cents(first), open_cents(second)) == (0, 2 * 10_680 - 15_000)
    assert acts(second) == ["notice"]
