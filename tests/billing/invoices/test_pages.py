"""Pages and calls of invoices: the owner and the accountant read them explained, billing staff run months and correct."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Invoice, InvoiceRun
from billing.services.issued import follow
from billing.services.issuing import issue
from booking.enums import Status
from core.access import system_actor
from tests.billing.browsing import browser, post
from tests.billing.invoices.rows import a_draft, a_line
from tests.billing.world import Clock, make_world
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")
LIST = "/cabinet/abonnement/factures/"
RUNS = "/facturation/cloture-mensuelle/"


@pytest.fixture
def world(monkeypatch):
    Clock(monkeypatch, date(2026, 3, 10))
    made = make_world()
    made.subscribe(made.martin)
    subscription = made.subscription
    subscription.trial_ends_on, subscription.state = date(2026, 3, 1), "active"
    subscription.save()
    return made


def bill(world, *lines):
    invoice = issue(actor=ACTOR, draft=a_draft(world.payer, *lines))
    follow(actor=ACTOR, invoices=[invoice])
    return invoice


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ")


def test_owner_and_accountant_read_and_the_others_do_not(world):
    invoice = bill(world)
    for name, status in (("martin", 200), ("compta", 200), ("paul", 404), ("sophie", 404), ("lea", 404)):
        client = browser(world, name)
        asked = [client.get(LIST), client.get(f"{LIST}{invoice.uid}/"), client.get(f"{LIST}{invoice.uid}/pdf/")]
        assert [one.status_code for one in asked] == [status] * 3, name
    other = browser(world, "other")
    assert other.get(LIST).status_code == 200
    assert other.get(f"{LIST}{invoice.uid}/").status_code == 404
    assert invoice.reference not in text_of(other.get(LIST))


def test_invoice_is_explained_line_by_line(world):
    AppointmentFactory(agenda=world.agenda, status=Status.SEEN, **at(2026, 3, 17))
    item = world.subscription.items.get()
    part = {"days": 17, "days_in_month": 31, "month_cents": 8900}
    line = a_line(4881, period_start=date(2026, 3, 15), item_id=item.pk, detail=part)
    invoice = bill(world, line)
    client = browser(world, "martin")

    page = text_of(client.get(f"{LIST}{invoice.uid}/"))

    assert "58,57 €" in page
    assert "89,00 € par mois × 17 jours sur 31" in page
    assert "1 rendez-vous" in page
    assert "mar. 17 mars : 1" in page
    assert "40 €" in page
    patient = world.agenda.appointments.get().record
    assert patient.birth_name not in page


def at(year, month, day):
    from datetime import UTC, datetime, timedelta

    start = datetime(year, month, day, 9, tzinfo=UTC)
    return {"start_at": start, "end_at": start + timedelta(minutes=20)}


def test_files_are_handed_over_under_the_number(world):
    invoice = bill(world)
    client = browser(world, "compta")
    pdf, xml = client.get(f"{LIST}{invoice.uid}/pdf/"), client.get(f"{LIST}{invoice.uid}/factur-x/")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert pdf["Content-Disposition"] == 'attachment; filename="F2026-000001.pdf"'
    assert "no-store" in pdf["Cache-Control"]
    assert xml.content.startswith(b"<?xml")
    assert b"F2026-000001" in xml.content


@pytest.mark.parametrize("path", [LIST, "/api/v1/billing/invoices"])
def test_list_costs_the_same_for_one_and_for_three(world, path):
    client, counts = browser(world, "martin"), []
    for more in (1, 2):
        for _ in range(more):
            bill(world)
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_invoice_page_costs_the_same_for_one_and_for_three_lines(world):
    client, counts = browser(world, "martin"), []
    item = world.subscription.items.get().pk
    for lines in (1, 3):
        invoice = bill(world, *[a_line(item_id=item) for _ in range(lines)])
        client.get(f"{LIST}{invoice.uid}/")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"{LIST}{invoice.uid}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_programs_get_the_list_the_lines_and_the_files(world):
    invoice = bill(world)
    client = browser(world, "martin")

    listed = client.get("/api/v1/billing/invoices").json()["results"]
    found = client.get(f"/api/v1/billing/invoices/{invoice.reference}").json()

    assert [one["number"] for one in listed] == ["F2026-000001"]
    assert (listed[0]["gross_cents"], listed[0]["open_cents"]) == (10680, 10680)
    assert [line["net_cents"] for line in found["lines"]] == [8900]
    assert found["vat"] == [{"rate": 2000, "base_cents": 8900, "vat_cents": 1780, "exemption": ""}]
    assert client.get(f"/api/v1/billing/invoices/{invoice.reference}/pdf").content[:5] == b"%PDF-"
    assert b"CrossIndustryInvoice" in client.get(f"/api/v1/billing/invoices/{invoice.reference}/xml").content
    for number in ("F2026-000002", "x"):
        assert client.get(f"/api/v1/billing/invoices/{number}").status_code == 404


def test_staff_preview_run_and_see_what_is_blocked(world):
    client = browser(world, "boris")
    preview = text_of(client.get(f"{RUNS}apercu/?mois=2026-03"))
    assert "Abonnement Essentiel" in preview
    assert not Invoice.objects.exists()
    world.payer.__class__.objects.filter(pk=world.payer.pk).update(city="")
    assert "ville" in text_of(client.get(f"{RUNS}apercu/?mois=2026-03"))

    answer = post(client, RUNS, mois="2026-03")
    run = InvoiceRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{RUNS}{run.uid}/")
    from billing.services.run import do_chunk, end_run

    do_chunk(run_id=run.pk, after=0, upto=10**9)
    end_run(run.pk)
    page = text_of(client.get(f"{RUNS}{run.uid}/"))
    assert "Reprendre la facture bloquée" in page
    assert "ville" in page
    assert client.post(f"{RUNS}{run.uid}/", {"act": "rerun"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "running"
    assert "mars 2026" in text_of(client.get(RUNS))


def test_month_that_is_not_offered_is_refused(world):
    answer = post(browser(world, "boris"), RUNS, mois="2031-01")
    assert answer.status_code == 422
    assert not InvoiceRun.objects.exists()


def test_staff_credit_a_part_and_are_told_when_it_is_too_much(world):
    invoice = bill(world)
    client = browser(world, "boris")
    path = f"/facturation/factures/{invoice.uid}/avoir/"

    made = post(client, path, reason="Panne du 3 mars", line_1="10,00")
    note = Invoice.objects.credit_notes().get()
    assert (made.status_code, note.net_cents, note.reason) == (302, 1000, "Panne du 3 mars")
    assert "A2026-000001" in text_of(client.get(f"/facturation/factures/{invoice.uid}/"))
    assert "Corrige la facture" in text_of(client.get(f"/facturation/factures/{note.uid}/"))

    refused = post(client, path, reason="Encore", line_1="89,00")
    assert refused.status_code == 422
    assert "dépasserait" in text_of(refused)
    assert Invoice.objects.credit_notes().count() == 1
    assert client.get(f"/facturation/factures/{note.uid}/avoir/").status_code == 200
