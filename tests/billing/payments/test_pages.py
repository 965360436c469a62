"""The pages of money: what they do, what they never show, and a cost that does not grow with the rows."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.days import today
from billing.models import BankLine, Debit, Mandate, Payment, Refund
from billing.selectors.balance import left_cents, open_cents
from billing.services.debits import plan_payer_debits
from core import clock
from practitioners.enums import Role
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import an_invoice
from tests.billing.payments.test_debits import IBAN, OTHER
from tests.factories import MembershipFactory, UserFactory
from tests.strict import CheckedClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _creditor(settings):
    settings.SEPA_CREDITOR_ID = "FR72ZZZ123456"


def signed_in(user, space):
    client = CheckedClient()
    client.force_login(user)
    session = client.session
    session["space"] = space
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def clerk():
    return signed_in(UserFactory(is_billing_staff=True), "billing")


@pytest.fixture
def payer():
    return a_payer(is_default=True)


@pytest.fixture
def owner(payer):
    member = MembershipFactory(practice=payer.practice, role=Role.OWNER)
    return signed_in(member.user, f"practice:{payer.practice.uid}")


def text(answer):
    return answer.content.decode()


def sign(client, payer, iban=IBAN, **more):
    body = {"iban": iban, "holder": "SELARL Martin", "agreed": "on", **more}
    return client.post(reverse("subscription:mandate_sign", args=[payer.uid]), body)


def test_mandate_is_signed_on_its_page_and_never_shown_whole(owner, payer):
    page = text(owner.get(reverse("subscription:mandate_sign", args=[payer.uid])))
    assert "vous autorisez Prendsoin" in page

    assert sign(owner, payer).status_code == 302

    means = text(owner.get(reverse("subscription:payment")))
    assert "FR•• •••• 2606" in means
    assert IBAN not in means.replace("\u00a0", "")
    assert Mandate.objects.get().payer == payer


def test_mandate_between_businesses_says_that_nothing_is_given_back(owner, payer):
    path = reverse("subscription:mandate_sign", args=[payer.uid])
    assert "entre=entreprises" in text(owner.get(path))
    assert "vous ne pouvez pas être remboursé" in text(owner.get(path, {"entre": "entreprises"}))

    body = {"iban": IBAN, "holder": "SELARL Martin", "agreed": "on"}
    page = text(owner.post(f"{path}?entre=entreprises", body, follow=True))

    made = Mandate.objects.get()
    assert (made.scheme, "remboursé" in " ".join(made.proof["sentences"])) == ("B2B", True)
    assert "Remettez ce mandat à votre banque" in page


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"iban": "FR1420041010050500013M02607"}, "vérifiez chaque chiffre"),
        ({"iban": "FR14<script>"}, "bonne forme"),
        ({"agreed": ""}, "Cochez la case"),
        ({"holder": ""}, "titulaire"),
    ],
)
def test_mandate_refused_says_why_and_gives_no_account_back(owner, payer, body, words):
    answer = sign(owner, payer, **body)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "20041010050500013" not in text(answer)
    assert "<script>" not in text(answer)


def test_account_changes_on_its_page_and_a_stale_one_is_told(owner, payer):
    sign(owner, payer)
    mandate = Mandate.objects.get()
    path = reverse("subscription:mandate_account", args=[mandate.uid])
    body = {"iban": OTHER, "holder": "SELARL Martin", "agreed": "on", "revision": mandate.revision}
    assert owner.post(path, body).status_code == 302
    stale = owner.post(path, {**body, "iban": IBAN})
    assert stale.status_code == 422
    assert "entre-temps" in text(stale)
    owner.post(reverse("subscription:mandate_revoke", args=[mandate.uid]))
    mandate.refresh_from_db()
    assert mandate.state == "ended"


def test_page_says_when_cards_go_to_a_double(owner, payer, settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API, settings.STRIPE_IS_DOUBLE = (
        "sk_test_x",
        "http://127.0.0.1:8026",
        True,
    )
    page = text(owner.get(reverse("subscription:payment")))
    assert "double de Stripe, à l’adresse http://127.0.0.1:8026" in page
    settings.STRIPE_API, settings.STRIPE_IS_DOUBLE = "https://api.stripe.com", False
    assert "double" not in text(owner.get(reverse("subscription:payment")))


def test_card_that_cannot_be_asked_for_is_refused_in_words(owner, payer):
    answer = owner.post(reverse("subscription:card_start", args=[payer.uid]), follow=True)
    assert "Le paiement par carte n’est pas ouvert." in text(answer)


def a_statement(rows):
    return SimpleUploadedFile("releve.csv", ("Date;Libellé;Montant\n" + "\n".join(rows)).encode("cp1252"))


def test_statement_is_brought_in_and_a_line_matched_by_hand(clerk, payer):
    invoice = an_invoice(payer)
    day = f"{today():%d/%m/%Y}"
    rows = [f"{day};VIR {invoice.reference};50,00", f"{day};<b>LOYER</b>;60,00", f"{day};AUTRE;1,00", "x;x;5"]

    report = clerk.post(reverse("billing:payments"), {"file": a_statement(rows)}, follow=True)

    assert "3 lignes nouvelles" in text(report)
    assert "Date impossible" in text(report)
    assert "<b>LOYER" not in text(report)
    line = BankLine.objects.get(amount_cents=6000)
    path = reverse("billing:line", args=[line.uid])
    assert payer.name in text(clerk.get(path, {"q": payer.account}))
    answer = clerk.post(f"{path}?q={payer.account}", {"payer": payer.uid, "invoices": [invoice.uid]})
    assert answer.status_code == 302
    assert (open_cents(invoice), left_cents(Payment.objects.get(amount_cents=6000))) == (0, 320)
    other = BankLine.objects.get(amount_cents=100)
    clerk.post(reverse("billing:line_ignore", args=[other.uid]), {"reason": "Divers"})
    assert "Aucun virement n’attend" in text(clerk.get(reverse("billing:payments")))


def test_unreadable_statement_is_refused_on_the_page(clerk):
    answer = clerk.post(reverse("billing:payments"), {"file": SimpleUploadedFile("x.csv", b"PK\x03\x04")})
    assert answer.status_code == 422
    assert "Ce fichier est un classeur" in text(answer)


def test_payment_is_typed_allocated_undone_and_given_back(clerk, payer):
    invoice = an_invoice(payer)
    path = reverse("billing:payment_record", args=[payer.uid])
    body = {"amount": "120,00", "on": today().isoformat(), "reference": "Chèque", "form_token": "one-token"}
    clerk.post(path, body)
    clerk.post(path, body)
    payment = Payment.objects.get()
    assert (open_cents(invoice), left_cents(payment)) == (0, 1320)

    allocation = payment.allocations.get()
    clerk.post(reverse("billing:payment_undo", args=[payment.uid, allocation.uid]), {"reason": "Erreur"})
    clerk.post(reverse("billing:payment_allocate", args=[payment.uid]), {"invoice": invoice.uid, "amount": "100,00"})
    clerk.post(
        reverse("billing:payment_refund", args=[payment.uid]), {"amount": "15", "reason": "Trop", "form_token": "b"}
    )
    clerk.post(
        reverse("billing:payment_refund", args=[payment.uid]), {"amount": "15", "reason": "Trop", "form_token": "c"}
    )
    assert (open_cents(invoice), left_cents(payment), Refund.objects.count()) == (680, 500, 1)

    refund = Refund.objects.get()
    page = clerk.get(reverse("billing:refunds"))
    assert "15,00" in text(page)
    clerk.post(reverse("billing:refund_act", args=[refund.uid]), {"on": today().isoformat()})
    refund.refresh_from_db()
    assert refund.state == "done"
    assert "défaite" in text(clerk.get(reverse("billing:payment", args=[payment.uid])))


def test_debits_go_into_a_file_that_the_clerk_takes_and_sends(clerk, owner, payer):
    sign(owner, payer)
    an_invoice(payer)
    plan_payer_debits(payer_id=payer.pk)
    assert "106,80" in text(clerk.get(reverse("billing:debits")))

    answer = clerk.post(reverse("billing:debits"), {"until": (today() + timedelta(days=60)).isoformat()}, follow=True)

    assert "FR•• •••• 2606" in text(answer)
    assert IBAN not in text(answer)
    batch = Debit.objects.get().batch
    file = clerk.post(reverse("billing:batch_file", args=[batch.uid]))
    assert (file["Content-Type"], file["Cache-Control"]) == ("application/xml", "no-store")
    assert IBAN.encode() in file.content
    clerk.post(reverse("billing:batch_act", args=[batch.uid]))
    assert Debit.objects.get().state == "sent"
    from tests.billing.payments.test_bank_files import pain002

    raw = SimpleUploadedFile("r.xml", pain002((Debit.objects.get().end_to_end, "AM04", "106.80")))
    clerk.post(reverse("billing:debit_returns"), {"file": raw})
    assert "Provision insuffisante" in text(clerk.get(reverse("billing:debits")))
    bomb = SimpleUploadedFile("r.xml", b'<!DOCTYPE a [<!ENTITY a "a">]><a>&a;</a>')
    assert "éléments interdits" in text(clerk.post(reverse("billing:debit_returns"), {"file": bomb}, follow=True))


def counted(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["payments", "debits", "refunds"])
def test_staff_pages_cost_the_same_for_one_and_three_rows(clerk, payer, name):
    path = reverse(f"billing:{name}")

    def add():
        other = a_payer(is_default=True)
        invoice = an_invoice(other)
        mandate = Mandate.objects.create(
            payer=other, umr=other.account, iban="x", holder="x", signed_at=clock.now(), signed_on=today()
        )
        more = {"invoice": invoice, "mandate": mandate, "amount_cents": 1, "collect_on": today()}
        for state in ("notified", "returned"):
            Debit.objects.create(**more, end_to_end=f"{invoice.pk}-{state}", state=state, returned_on=today())
        payment = Payment.objects.create(
            payer=other, method="transfer", amount_cents=9, received_on=today(), gateway="transfer", state="settled"
        )
        Refund.objects.create(payer=other, payment=payment, amount_cents=1, gateway="transfer", reason="x")

    add()
    one = counted(clerk, path)
    add()
    add()
    assert counted(clerk, path) == one


def test_means_cost_the_same_for_one_and_three_payers(owner, payer):
    path = reverse("subscription:payment")
    an_invoice(payer)
    one = counted(owner, path)
    for _ in range(2):
        an_invoice(a_payer(payer.practice))
    assert counted(owner, path) == one
