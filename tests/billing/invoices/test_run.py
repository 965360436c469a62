"""The run of a month: each payer once, what lacks something listed, credits given back, nothing done twice."""

from datetime import UTC, date, datetime

import pypdfium2
import pytest

from billing.enums_invoice import FileKind, RowState, RunState
from billing.exceptions_invoice import InvoiceRefusal
from billing.models import Adjustment, Entry, Invoice, InvoiceFile, InvoiceRun, Price, RunRow
from billing.selectors.balance import open_cents
from billing.selectors.papers import is_intact
from billing.selectors.run import progress_of
from billing.services.crediting import credit
from billing.services.giving_back import give_back_days
from billing.services.papers import file_of
from billing.services.payments import record_payment
from billing.services.run import CHUNK_JOB, do_chunk, pause_run, rerun_blocked, resume_run, start_due_run, start_run
from billing.vat import vat_rule
from core import jobs
from core.access import system_actor
from core.models import Job
from notifications.models import Message
from tests.billing.invoices.rows import a_payer
from tests.billing.world import Clock, make_world
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")
DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)


@pytest.fixture
def calendar(monkeypatch):
    return Clock(monkeypatch, date(2026, 11, 20))


@pytest.fixture
def world(calendar):
    """A practice whose trial is over, with two seats from the first of December."""
    made = make_world()
    made.subscribe(made.martin, made.paul)
    subscription = made.subscription
    subscription.trial_ends_on = DECEMBER
    subscription.state = "active"
    subscription.save()
    calendar.day = DECEMBER
    return made


def work():
    """What the workers do: every job of billing that waits."""
    for _round in range(4):
        for pk in Job.objects.filter(kind__startswith="billing.", state="pending").values_list("pk", flat=True):
            outcome = jobs.run(pk)
            assert outcome is None or outcome.error is None, outcome.error


def test_run_issues_posts_tells_and_draws(world):
    run = start_run(actor=world.actor("boris"), month=DECEMBER)
    work()

    run.refresh_from_db()
    invoice = Invoice.objects.get()
    assert (run.state, invoice.run_id, invoice.reference) == (RunState.DONE, run.pk, "F2026-000001")
    assert (invoice.net_cents, invoice.vat_cents, invoice.gross_cents) == (17800, 3560, 21360)
    labels = sorted(invoice.lines.values_list("label", flat=True))
    assert [label.split(" – ")[0] for label in labels] == ["Abonnement Essentiel"] * 2
    assert all(label.endswith(", décembre 2026") for label in labels)
    assert Entry.objects.get(source_id=invoice.pk).total_cents == 21360
    assert Message.objects.get(kind="billing.invoice").subject == f"invoice:{invoice.pk}"
    assert set(InvoiceFile.objects.values_list("kind", flat=True)) == {"pdf", "xml"}
    progress = progress_of(run)
    assert (progress.issued, progress.gross_cents, progress.percent) == (1, 21360, 100)


def test_case_69_run_started_and_done_twice_bills_once(world):
    run = start_run(actor=ACTOR, month=DECEMBER)
    again = start_run(actor=ACTOR, month=date(2026, 12, 24))
    assert run == again
    row = RunRow.objects.get(run=run)
    chunk = {"run_id": run.pk, "after": 0, "upto": row.pk}

    assert (do_chunk(**chunk), do_chunk(**chunk)) == (1, 0)
    work()
    start_run(actor=ACTOR, month=DECEMBER)
    work()

    assert Invoice.objects.count() == 1
    assert Entry.objects.count() == 1
    assert Message.objects.filter(kind="billing.invoice").count() == 1


def test_invoice_keeps_what_the_month_before_served_by_agenda_and_day(world):
    for day, hour in ((3, 9), (3, 10), (17, 9)):
        visit = AppointmentFactory(agenda=world.agenda, start_at=datetime(2026, 11, day, hour, tzinfo=UTC))
    AppointmentFactory(agenda=world.agenda, start_at=datetime(2026, 12, 3, 9, tzinfo=UTC))
    start_run(actor=ACTOR, month=DECEMBER)
    work()

    kept = [line.detail.get("served") for line in Invoice.objects.get().lines.order_by("position")]
    place = world.agenda.location.name
    days = [["2026-11-03", 2], ["2026-11-17", 1]]
    assert {"month": "2026-11-01", "places": [[place, days]]} in kept
    assert is_intact(Invoice.objects.get())
    text = "".join(
        page.get_textpage().get_text_range()
        for page in pypdfium2.PdfDocument(bytes(file_of(Invoice.objects.get(), FileKind.PDF).content))
    )
    assert "Rendez-vous servis en novembre 2026" in text
    assert "3 rendez-vous" in text
    assert visit.record.birth_name not in text


def test_month_bills_itself_once_in_its_first_days(world, calendar):
    calendar.day = date(2026, 11, 30)
    assert start_due_run(actor=ACTOR) is None
    calendar.day = date(2026, 12, 2)

    run = start_due_run(actor=ACTOR)
    assert run.month == DECEMBER
    assert start_due_run(actor=ACTOR) is None
    work()

    assert Invoice.objects.get().run_id == run.pk
    calendar.day = date(2027, 1, 6)
    assert start_due_run(actor=ACTOR) is None


def test_run_begun_by_a_person_is_left_to_them(world):
    boris = world.actor("boris")
    run = start_run(actor=boris, month=DECEMBER)
    pause_run(actor=boris, run=run.uid)

    assert start_due_run(actor=ACTOR) is None
    assert InvoiceRun.objects.get().state == RunState.PAUSED


def test_payer_that_lacks_something_is_listed_and_taken_up_alone(world):
    world.payer.__class__.objects.filter(pk=world.payer.pk).update(city="", siret="", siren="")
    run = start_run(actor=ACTOR, month=DECEMBER)
    work()
    row = RunRow.objects.get()
    assert row.state == RowState.BLOCKED
    assert [one["code"] for one in row.missing] == ["buyer_city", "buyer_siren"]
    assert not Invoice.objects.exists()

    world.payer.__class__.objects.filter(pk=world.payer.pk).update(city="Les Lilas", siren="732829320")
    rerun_blocked(actor=world.actor("boris"), run=run.uid)
    work()

    row.refresh_from_db()
    assert (row.state, row.missing, row.invoice.number) == (RowState.ISSUED, [], 1)


def test_paused_run_does_nothing_until_resumed(world):
    boris = world.actor("boris")
    run = start_run(actor=boris, month=DECEMBER)
    pause_run(actor=boris, run=run.uid)
    work()
    assert not Invoice.objects.exists()
    with pytest.raises(InvoiceRefusal, match="run_not_running"):
        pause_run(actor=boris, run=run.uid)

    resume_run(actor=boris, run=run.uid)
    work()

    assert Invoice.objects.count() == 1
    assert InvoiceRun.objects.get().state == RunState.DONE


def test_month_too_far_is_refused(world):
    with pytest.raises(InvoiceRefusal, match="run_month_to_come"):
        start_run(actor=ACTOR, month=date(2027, 2, 1))


def test_next_month_holds_nothing_of_the_month_before(world, calendar):
    start_run(actor=ACTOR, month=DECEMBER)
    work()
    calendar.day = JANUARY
    start_run(actor=ACTOR, month=JANUARY)
    work()

    second = Invoice.objects.latest("pk")
    assert (second.reference, second.net_cents, second.issue_date) == ("F2027-000001", 17800, JANUARY)
    assert {line.period_start for line in second.lines.all()} == {JANUARY}


def test_gesture_names_what_it_gives_back_and_bills_no_day_again(world, calendar):
    start_run(actor=ACTOR, month=DECEMBER)
    work()
    billed = Invoice.objects.get()
    note = credit(actor=ACTOR, invoice=billed.uid, reason="Panne", amounts={1: 8900}, tell=False)
    first = billed.lines.order_by("position")[0]
    assert [(line.item_id, line.price_id, line.kind) for line in note.lines.all()] == [
        (first.item_id, first.price_id, "gesture")
    ]

    calendar.day = JANUARY
    start_run(actor=ACTOR, month=JANUARY)
    work()

    assert Invoice.objects.latest("pk").net_cents == 17800


def test_month_below_zero_becomes_a_credit_note_on_the_invoice_that_billed_it(world, calendar):
    start_run(actor=ACTOR, month=DECEMBER)
    work()
    first = Invoice.objects.get()
    Adjustment.objects.create(payer=world.payer, amount_cents=-20000, label="Geste", reason="Panne du 3 décembre")
    world.subscription.items.update(ends_on=date(2026, 12, 17))
    calendar.day = JANUARY
    start_run(actor=ACTOR, month=JANUARY)
    work()
    row = RunRow.objects.latest("pk")
    assert (row.state, row.missing[0]["code"]) == (RowState.BLOCKED, "credit_room")

    Adjustment.objects.update(amount_cents=-5000)
    rerun_blocked(actor=world.actor("boris"), run=row.run.uid)
    work()

    row.refresh_from_db()
    note = row.invoice
    assert (note.kind, note.reference, note.corrects) == ("credit_note", "A2027-000001", first)
    # Fifteen days of thirty-one for two seats, and the gesture.
    assert note.net_cents == 2 * 4306 + 5000
    assert note.vat_cents == 2722
    assert start_run(actor=ACTOR, month=JANUARY).state == RunState.DONE


def test_days_given_back_at_once_are_given_back_once(world, calendar):
    start_run(actor=ACTOR, month=DECEMBER)
    work()
    world.subscription.items.update(ends_on=date(2026, 12, 17))

    (note,) = give_back_days(actor=ACTOR, payers=[world.payer], month=DECEMBER)

    assert (note.net_cents, note.corrects.reference) == (2 * 4306, "F2026-000001")
    assert give_back_days(actor=ACTOR, payers=[world.payer], month=DECEMBER) == []


@pytest.mark.parametrize(
    ("postcode", "territory", "rate", "vat"),
    [
        ("93260", "fr", 2000, 3560),
        ("97400", "re", 850, 1513),
        ("97110", "gp", 850, 1513),
        ("97200", "mq", 850, 1513),
        ("97300", "gf", 0, 0),
        ("97600", "yt", 0, 0),
    ],
)
def test_case_70_vat_is_that_of_the_payers_territory(world, postcode, territory, rate, vat):
    world.payer.__class__.objects.filter(pk=world.payer.pk).update(postcode=postcode, territory=territory)
    start_run(actor=ACTOR, month=DECEMBER)
    work_on_chunks()

    invoice = Invoice.objects.get()
    total = invoice.totals.get()
    assert (total.rate, invoice.vat_cents, invoice.gross_cents) == (rate, vat, 17800 + vat)
    assert total.exemption == vat_rule(territory).exemption


def work_on_chunks():
    for pk in Job.objects.filter(kind=CHUNK_JOB, state="pending").values_list("pk", flat=True):
        assert jobs.run(pk).error is None


def test_chunk_costs_the_same_number_of_statements_for_one_and_for_three(world, django_assert_max_num_queries):
    counts = []
    for count in (1, 3):
        run = InvoiceRun.objects.create(month=date(2026, 10 + count // 2, 1), started_at="2026-12-01T00:00:00Z")
        rows = []
        for _ in range(count):
            payer = a_payer(world.practice)
            Adjustment.objects.create(payer=payer, amount_cents=1000, label="Formation", reason="Devis signé")
            rows.append(RunRow.objects.create(run=run, payer=payer))
        with django_assert_max_num_queries(60) as seen:
            do_chunk(run_id=run.pk, after=rows[0].pk - 1, upto=rows[-1].pk)
        counts.append(len(seen))
        assert set(RunRow.objects.filter(run=run).values_list("state", flat=True)) == {RowState.ISSUED}
    # The first one makes the series of the year.
    assert counts[1] in (counts[0], counts[0] - 2)


def test_one_payer_without_price_keeps_nobody_else_back(world):
    payer = a_payer(world.practice)
    Adjustment.objects.create(payer=payer, amount_cents=1000, label="Formation", reason="Devis signé")
    Price.objects.all().update(valid_from=date(2027, 6, 1))

    start_run(actor=ACTOR, month=DECEMBER)
    work_on_chunks()

    states = dict(RunRow.objects.values_list("payer", "state"))
    assert states == {world.payer.pk: RowState.BLOCKED, payer.pk: RowState.ISSUED}
    assert RunRow.objects.get(payer=world.payer).missing == [{"code": "price", "label": "prix du produit à cette date"}]


def test_invoice_of_a_payer_who_has_a_credit_note_left_is_paid_from_it(world, calendar):
    start_run(actor=ACTOR, month=DECEMBER)
    work_on_chunks()
    first = Invoice.objects.get()
    record_payment(
        actor=world.actor("boris"), payer=world.payer.uid, amount_cents=first.gross_cents, method="transfer",
        received_on=DECEMBER, reference="VIR", invoice=first.uid,
    )  # fmt: skip
    credit(actor=world.actor("boris"), invoice=first.uid, reason="Panne", amounts={1: 1000})
    calendar.day = JANUARY
    start_run(actor=ACTOR, month=JANUARY)
    work_on_chunks()

    second = Invoice.objects.invoices().latest("pk")
    assert open_cents(second) == second.gross_cents - 1200
