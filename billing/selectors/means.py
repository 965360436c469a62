"""How a practice pays: its payers with their mandate and card, what is coming, what was paid. A fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models.functions import Coalesce, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.days import PARIS
from billing.enums_invoice import InvoiceKind
from billing.enums_payment import CardState, DebitState, MandateState, PaymentState
from billing.models import Debit, Invoice, Mandate, Payer, Payment, SavedCard
from billing.selectors.balance import due_invoices, open_cents
from core import clock
from core.access import Actor, get_or_404, scoped
from practitioners.models import Practice

SHOWN_PAYMENTS = 20
# What the service says of a card, in words that help.
REFUSALS = {
    "authentication_required": _("Votre banque veut que vous confirmiez ce paiement vous-même."),
    "insufficient_funds": _("La provision de la carte était insuffisante."),
    "expired_card": _("La carte est arrivée à expiration."),
    "card_declined": _("Votre banque a refusé la carte, sans dire pourquoi."),
}
# A page that was not opened or that nobody paid on is no refusal.
_UNTOLD = ("abandoned", "no_page")
_LIVE_MANDATES = (MandateState.ACTIVE, MandateState.BLOCKED)


@dataclass(slots=True)
class Means:
    """One payer's: at most one mandate and one card, what is open, what is announced."""

    payer: Payer
    mandate: Mandate | None = None
    card: SavedCard | None = None
    invoices: list[Invoice] = field(default_factory=list)
    debits: list[Debit] = field(default_factory=list)

    @property
    def open_cents(self) -> int:
        return sum(one.open_cents for one in self.invoices)  # type: ignore[attr-defined]


def means_of_practice(actor: Actor) -> list[Means]:
    """Of each open payer of the current practice, the usual one first. Raises NotForYou."""
    get_or_404(actor, Practice, "read_billing", pk=actor.practice_id)
    payers = scoped(actor, Payer, "read").filter(closed_on__isnull=True).order_by("-is_default", "name", "pk")
    found = {payer.pk: Means(payer) for payer in payers}
    mandates = scoped(actor, Mandate, "read").filter(payer__in=found, state__in=_LIVE_MANDATES).defer("iban")
    for mandate in mandates:
        found[mandate.payer_id].mandate = mandate
    for card in scoped(actor, SavedCard, "read").filter(payer__in=found, state=CardState.ACTIVE):
        found[card.payer_id].card = card
    for invoice in due_invoices(Invoice.objects.filter(payer__in=found)):
        found[invoice.payer_id].invoices.append(invoice)
    coming = (DebitState.NOTIFIED, DebitState.BATCHED, DebitState.SENT)
    debits = scoped(actor, Debit, "read").filter(invoice__payer__in=found, state__in=coming)
    for debit in debits.select_related("invoice").order_by("collect_on", "pk"):
        found[debit.invoice.payer_id].debits.append(debit)
    return list(found.values())


def payments_of_practice(actor: Actor) -> list[Payment]:
    """The last payments, refused ones too, newest first by the day that is shown."""
    rows = scoped(actor, Payment, "read").select_related("payer", "for_invoice")
    shown_day = Coalesce("received_on", TruncDate("created_at", tzinfo=PARIS))
    return list(rows.order_by(shown_day.desc(), "-pk")[:SHOWN_PAYMENTS])


@dataclass(frozen=True, slots=True)
class ToSettle:
    """An invoice that its payer pays by himself. `page`: the payment whose page is open; `refused`: the last one that failed."""

    invoice: Invoice
    open_cents: int
    page: Payment | None
    refused: Payment | None
    card: SavedCard | None

    @property
    def refusal(self) -> str | Promise:
        """Why the last card was refused, when that helps."""
        return REFUSALS.get(self.refused.code, "") if self.refused is not None else ""


def invoice_to_settle(actor: Actor, uid: UUID) -> ToSettle:
    """An issued invoice of the actor's practice, for who pays. Raises NotForYou."""
    invoice = get_or_404(actor, Invoice, "read", uid=uid, kind=InvoiceKind.INVOICE, issued_at__isnull=False)
    get_or_404(actor, Payer, "sign", pk=invoice.payer_id)
    mine = scoped(actor, Payment, "read").filter(for_invoice=invoice)
    waiting = mine.filter(state=PaymentState.PENDING, page_until__gt=clock.now()).exclude(page_address="")
    failed = mine.filter(state=PaymentState.FAILED).exclude(code__in=_UNTOLD)
    card = scoped(actor, SavedCard, "read").filter(payer=invoice.payer_id, state=CardState.ACTIVE).first()
    return ToSettle(invoice, open_cents(invoice), waiting.order_by("-pk").first(), failed.order_by("-pk").first(), card)


def payer_who_signs(actor: Actor, uid: UUID) -> Payer:
    """A payer for whom the actor signs. Raises NotForYou."""
    return get_or_404(actor, Payer, "sign", uid=uid)


def mandate_to_keep(actor: Actor, uid: UUID) -> Mandate:
    """A mandate without its account. Raises NotForYou."""
    found = get_or_404(actor, Mandate, "keep", uid=uid)
    return Mandate.objects.defer("iban").select_related("payer").get(pk=found.pk)


def card_to_keep(actor: Actor, uid: UUID) -> SavedCard:
    found = get_or_404(actor, SavedCard, "keep", uid=uid)
    return SavedCard.objects.select_related("payer").get(pk=found.pk)
