"""The pages of billing staff: what they show, what they do, and that their cost does not grow with the rows."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.days import today
from billing.exceptions_books import BookRefusal
from billing.fec_check import check
from billing.models import (
    Adjustment,
    DunningHold,
    DunningStep,
    Entry,
    EntryLine,
    Indemnity,
    InterestCharge,
    Invoice,
    Subscription,
    SubscriptionEvent,
)
from billing.money import next_month
from billing.selectors.recovery import recovery_facts
from billing.services import payments
from billing.services.posting import post_invoice
from billing.services.recovery import INDEMNITY, INTEREST, charge_recovery
from core import clock
from core.access import Actor, Space, system_actor
from core.models import AuditEvent
from tests.billing.books.papers import issued, payer_of
from tests.factories import PracticeFactory, UserFactory
from tests.strict import CheckedClient

pytestmark = pytest.mark.django_db
ROBOT = system_actor("tests.books")


@pytest.fixture
def clerk_user():
    return UserFactory(is_billing_staff=True)


@pytest.fixture
def client(clerk_user):
    found = CheckedClient()
    found.force_login(clerk_user)
    session = found.session
    session["space"] = "billing"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(clerk_user.pk)
    session.save()
    return found


@pytest.fixture
def clerk(clerk_user):
    return Actor(user_id=clerk_user.pk, space=Space.BILLING, strong=True)


def late(name="Cabinet Belleville", days=20, **more):
    payer = payer_of(PracticeFactory(name=name), name=name, **more)
    Subscription.objects.get_or_create(
        practice=payer.practice, defaults={"state": "active", "started_on": today() - timedelta(days=400)}
    )
    invoice = issued(payer, on=today() - timedelta(days=days), terms=0)
    post_invoice(actor=ROBOT, invoice=invoice)
    return invoice


PAGES = ["home", "papers", "unpaid", "practices", "exports"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_rows_says_so(client, page):
    answer = client.get(reverse(f"billing:{page}"))

    assert answer.status_code == 200
    assert "Auc" in answer.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "practice"])
def test_the_cost_of_a_page_does_not_grow(client, page):
    counts = []
    first = late("Cabinet 0", 40)
    path = reverse(f"billing:{page}", args=[first.practice.uid] if page == "practice" else [])
    client.get(path)
    for number in (1, 2, 3):
        if number != 2:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(path).status_code == 200
            counts.append(len(found))
        if page == "practice":
            post_invoice(actor=ROBOT, invoice=issued(first.payer, on=first.issue_date))
        else:
            late(f"Cabinet {number}", 40 - number)

    assert counts[0] == counts[1]


def test_the_summary_shows_what_is_late_with_its_total(client):
    invoice = late()

    page = client.get(reverse("billing:home")).content.decode()

    assert invoice.reference in page
    assert "106,80" in page
    assert "Revenu mensuel récurrent" in page


@pytest.mark.parametrize(
    "words",
    ["belleville", "F{year}-000001", "106,80", "106.8 €", "732829320", "C0"],
)
def test_the_search_finds_by_name_number_amount_and_siren(client, words):
    invoice = late()
    asked = words.format(year=invoice.issue_date.year)
    asked = invoice.payer.account if asked == "C0" else asked

    page = client.get(reverse("billing:practices"), {"q": asked}).content.decode()

    assert "1 résultat" in page or "2 résultats" in page
    assert "Belleville" in page


def test_the_search_that_finds_nothing_says_so(client):
    assert "0 résultat" in client.get(reverse("billing:practices"), {"q": "<zz>"}).content.decode()


def test_reminding_several_at_once(client):
    invoices = [late(f"Cabinet {number}") for number in range(2)]

    answer = client.post(
        reverse("billing:unpaid"), {"act": "remind", "facture": [one.uid for one in invoices]}, follow=True
    )

    assert "2 relances envoyées" in answer.content.decode()
    assert DunningStep.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "remind"}, "au moins une facture"),
        ({"act": "remind", "facture": "x"}, "au moins une facture"),
        ({"act": "fly", "facture": "{uid}"}, "n’existe pas"),
        ({"act": "hold", "facture": "{uid}", "reason": "x"}, "jusqu’à quand"),
    ],
)
def test_an_act_that_makes_no_sense_is_refused_in_words(client, sent, said):
    invoice = late()
    sent = {name: str(value).format(uid=invoice.uid) for name, value in sent.items()}

    assert said in client.post(reverse("billing:unpaid"), sent, follow=True).content.decode()
    assert not DunningStep.objects.exists()


def test_a_hold_is_granted_shown_and_ended(client):
    invoice = late()
    until = today() + timedelta(days=10)
    client.post(
        reverse("billing:unpaid"), {"act": "hold", "facture": invoice.uid, "until": until, "reason": "Échéancier"}
    )

    assert "Échéancier" in client.get(reverse("billing:unpaid")).content.decode()
    client.post(reverse("billing:unpaid"), {"act": "release", "facture": invoice.uid})
    assert DunningHold.objects.get().ended_at is not None


def test_an_adjustment_wants_its_reason_and_can_be_taken_back(client):
    invoice = late()
    path = reverse("billing:practice", args=[invoice.practice.uid])
    sent = {"payer": invoice.payer.uid, "amount": "-10,00", "label": "Geste", "reason": "", "form_token": "t1"}

    assert client.post(path, sent).status_code == 422
    client.post(path, {**sent, "reason": "Panne du 3"})

    made = Adjustment.objects.get()
    assert (made.amount_cents, made.reason) == (-1_000, "Panne du 3")
    client.post(reverse("billing:withdraw", args=[invoice.practice.uid, made.uid]))
    made.refresh_from_db()
    assert made.withdrawn_at is not None


def test_the_life_of_a_practice_tells_what_happened(client, clerk):
    invoice = late()
    client.post(reverse("billing:unpaid"), {"act": "remind", "facture": invoice.uid})
    payments.record_payment(actor=clerk, payer=invoice.payer.uid, amount_cents=10_680, received_on=today())

    page = client.get(reverse("billing:practice", args=[invoice.practice.uid])).content.decode()

    assert [word for word in (invoice.reference, "Paiement reçu", "Relance") if word not in page] == []


def test_the_accounting_file_is_sound_and_bears_the_siren(client, settings):
    late(days=40)
    month = f"{today() - timedelta(days=40):%Y-%m}"

    answer = client.get(reverse("billing:fec"), {"periode": month})
    content = b"".join(answer.streaming_content)

    report = check(content)
    assert (report.problems, report.entries, report.debit_cents) == ([], 1, 10_680)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{settings.BILLING_SELLER["siren"]}FEC')


@pytest.mark.parametrize("name", ["fec", "journal_csv", "vat_csv"])
def test_a_file_of_no_period_is_not_there(client, name):
    assert client.get(reverse(f"billing:{name}"), {"periode": "1999-13"}).status_code == 404


@pytest.mark.parametrize("name", ["journal_csv", "vat_csv", "ageing_csv", "unpaid_csv"])
def test_lists_for_spreadsheets_compute_nothing(client, name):
    late("=HYPERLINK(1)", 40)

    content = client.get(reverse(f"billing:{name}"), {"periode": f"{today().year}"}).content.decode()

    assert content.startswith("\ufeff")
    assert ";=HYPERLINK" not in content
    assert "106,8" in content or "17,8" in content


def test_a_month_is_shut_in_order_and_once(client):
    late(days=70)
    first = (today() - timedelta(days=70)).replace(day=1)
    path = reverse("billing:close_month")

    later = client.post(path, {"mois": f"{today():%Y-%m}"}, follow=True).content.decode()
    done = client.post(path, {"mois": f"{first:%Y-%m}"}, follow=True).content.decode()
    again = client.post(path, {"mois": f"{first:%Y-%m}"}, follow=True).content.decode()
    wrong = client.post(path, {"mois": "demain"}, follow=True).content.decode()

    assert "n’est pas terminé" in later
    assert "plus aucune écriture" in done
    assert "déjà clôturé" in again
    assert "Choisissez un mois" in wrong


def test_a_month_with_something_unposted_is_not_shut(client):
    late(days=70)
    issued(payer_of(), on=today() - timedelta(days=70))
    first = (today() - timedelta(days=70)).replace(day=1)

    page = client.post(reverse("billing:close_month"), {"mois": f"{first:%Y-%m}"}, follow=True).content.decode()

    assert "pas encore dans les journaux" in page


def test_costs_of_a_late_invoice_are_shown_then_charged_in_one_invoice_without_vat(client, settings):
    settings.BILLING_ECB_RATES, settings.BILLING_LEGAL_RATES = {(2026, 1): 215}, {(2026, 1): 276}
    invoice = late(days=30)
    path = reverse("billing:recovery", args=[invoice.uid])
    shown = client.get(path).content.decode()
    assert [word for word in ("40,00", "1,07", "12,15") if word not in shown] == []

    sent = {"what": ["indemnity", "interest"], "reason": "Troisième retard", "form_token": "t1"}
    assert client.post(path, {**sent, "reason": ""}).status_code == 422
    assert client.post(path, {**sent, "what": []}).status_code == 422
    assert not Indemnity.objects.exists()
    assert client.post(path, sent).url == client.post(path, sent).url

    paper = Invoice.objects.get(pk=Indemnity.objects.get().charged_by_id)
    charge = InterestCharge.objects.get()
    assert (paper.net_cents, paper.vat_cents, paper.gross_cents) == (4_107, 0, 4_107)
    assert (charge.charged_by, charge.amount_cents, charge.after, charge.until) == (
        paper,
        107,
        invoice.due_date,
        today(),
    )
    accounts = dict(EntryLine.objects.filter(entry__source_id=paper.pk).values_list("account", "credit_cents"))
    assert (accounts["758800"], accounts["763000"]) == (4_000, 107)
    assert AuditEvent.objects.filter(action="billing.charge_recovery").count() == 1
    assert "Rien n’est à facturer de plus" in client.get(path).content.decode()


def test_costs_are_not_due_on_what_was_paid_in_time_nor_on_costs(client, clerk):
    invoice = late(days=20)
    payments.record_payment(
        actor=clerk, payer=invoice.payer.uid, amount_cents=10_680, received_on=today() - timedelta(days=20)
    )
    for what, code in ((INDEMNITY, "indemnity_not_due"), (INTEREST, "interest_not_due")):
        with pytest.raises(BookRefusal, match=code):
            charge_recovery(actor=clerk, invoice=invoice.uid, what=[what], reason="Essai")
    other = late("Cabinet Nord", days=20)
    paper = charge_recovery(actor=clerk, invoice=other.uid, reason="Essai")
    with pytest.raises(BookRefusal, match="indemnity_not_due"):
        charge_recovery(actor=clerk, invoice=paper.uid, what=[INDEMNITY], reason="Essai")


def test_interest_stops_with_the_payment_and_is_charged_for_each_day_once(client, clerk):
    invoice = late(days=40)
    payments.record_payment(
        actor=clerk, payer=invoice.payer.uid, amount_cents=5_680, received_on=today() - timedelta(days=30)
    )
    first = recovery_facts(invoice)
    assert [(span.cents, span.days) for span in first.spans] == [(10_680, 10), (5_000, 30)]
    charge_recovery(actor=clerk, invoice=invoice.uid, what=[INTEREST], reason="Retard")

    with pytest.raises(BookRefusal, match="interest_not_due"):
        charge_recovery(actor=clerk, invoice=invoice.uid, what=[INTEREST], reason="Retard")
    InterestCharge.objects.update(until=today() - timedelta(days=12))
    assert [(span.cents, span.days) for span in recovery_facts(invoice).spans] == [(5_000, 12)]


def test_interest_of_two_half_years_is_two_lines_at_their_own_rates(clerk, settings):
    invoice = late(days=400)
    half = (today().year, 1 if today().month < 7 else 2)
    settings.BILLING_ECB_RATES = {(half[0] - 2, 1): 215, half: 115}
    settings.BILLING_LEGAL_RATES = {half: 262}

    facts = recovery_facts(invoice)
    paper = charge_recovery(actor=clerk, invoice=invoice.uid, what=[INTEREST], reason="Retard")

    before, after = facts.parts
    first_day = date(half[0], 1 if half[1] == 1 else 7, 1)
    assert (before.until, after.after) == (first_day - timedelta(days=1),) * 2
    lines = list(paper.lines.values_list("label", "net_cents", "period_start", "period_end"))
    assert [(line[1], line[2], line[3]) for line in lines] == [
        (before.cents, invoice.due_date + timedelta(days=1), first_day),
        (after.cents, first_day, today() + timedelta(days=1)),
    ]
    assert ["12,15 %" in lines[0][0], "11,15 %" in lines[1][0]] == [True, True]
    charged = InterestCharge.objects.filter(charged_by=paper).values_list("rate_bp", "amount_cents")
    assert list(charged.order_by("after")) == [(1_215, before.cents), (1_115, after.cents)]
    with pytest.raises(BookRefusal, match="interest_not_due"):
        charge_recovery(actor=clerk, invoice=invoice.uid, what=[INTEREST], reason="Retard")


def test_transfer_brought_in_late_leaves_no_gap_in_the_file_of_its_month(client, clerk):
    invoice = late(days=40)
    first = (today() - timedelta(days=40)).replace(day=1)
    for back in (today() - timedelta(days=2), first + timedelta(days=9), today(), first + timedelta(days=10)):
        payments.record_payment(actor=clerk, payer=invoice.payer.uid, amount_cents=1_000, received_on=back)

    page = client.get(reverse("billing:exports"), {"periode": f"{first:%Y-%m}"}).content.decode()

    numbers = Entry.objects.filter(journal="BQ", date__lt=next_month(first)).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [2, 4]
    assert "Fichier à corriger" not in page


def test_timeline_says_what_happened_to_the_subscription_in_words(client):
    invoice = late(days=5)
    row = Subscription.objects.get(practice=invoice.practice)
    SubscriptionEvent.objects.create(subscription=row, kind="subscribe", to_state="active", on_day=today())

    page = client.get(reverse("billing:practice", args=[invoice.practice.uid])).content.decode()

    assert "Abonnement souscrit" in page
    assert "subscribe" not in page
