"""Workers of a monthly run are killed in the middle of a chunk: every payer is billed once, no number is missing.

The full form is a run of 2,000; twenty payers show the same.
"""

import signal
from collections import Counter
from datetime import timedelta

import pytest

from billing.enums_invoice import RunState
from billing.models import Adjustment, Entry, Invoice, InvoiceRun, RunRow
from billing.services import run
from billing.services.numbering import PARIS
from core import clock, jobs
from core.access import system_actor
from core.models import Job
from notifications.models import Message
from tests.billing.invoices.rows import a_payer
from tests.drills.extent import FULL
from tests.factories import PracticeFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
PAYERS = 2_000 if FULL else 20
SIZE = max(PAYERS // 5, 4)
ACTOR = system_actor("tests")


def survive():
    """Another worker takes over what the dead one held once its lease has ended."""
    Job.objects.filter(state=Job.BUSY).update(lease_until=clock.now() - timedelta(seconds=1))
    for _round in range(3):
        for pk in Job.objects.filter(kind__startswith="billing.").exclude(state="done").values_list("pk", flat=True):
            if Job.objects.get(pk=pk).kind != "billing.make_files":
                jobs.run(pk)


def test_run_whose_workers_die_bills_every_payer_once(start):
    def die(point, chunks):
        assert start("tests.drills.billing_process", point, str(chunks)).wait(120) == -signal.SIGKILL

    practice = PracticeFactory()
    for _ in range(PAYERS):
        Adjustment.objects.create(payer=a_payer(practice), amount_cents=1_000, label="Formation", reason="Devis signé")
    month = clock.today(PARIS).replace(day=1)
    run.start_run(actor=ACTOR, month=month, size=SIZE)

    die("numbered", 1)
    assert Invoice.objects.count() == SIZE
    die("posted", 0)
    die("job_settled", 0)
    assert Invoice.objects.count() == SIZE
    run.start_run(actor=ACTOR, month=month, size=SIZE)
    survive()

    assert InvoiceRun.objects.get().state == RunState.DONE
    assert Counter(RunRow.objects.values_list("state", flat=True)) == {"issued": PAYERS}
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, PAYERS + 1))
    assert set(Counter(Invoice.objects.values_list("payer", flat=True)).values()) == {1}
    assert Entry.objects.count() == PAYERS
    assert Message.objects.filter(kind="billing.invoice").count() == PAYERS
