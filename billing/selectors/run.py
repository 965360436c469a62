"""A month to bill: whom it concerns, what each would get, and how far a run is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from billing.charges import LOOK_BACK, Charge
from billing.drafting import Charged, Draft, lines_of, paper_of
from billing.enums import ProductKind
from billing.enums_invoice import RowState
from billing.enums_payment import VatCheckState
from billing.mandatory import Missing, missing
from billing.models import Adjustment, Invoice, InvoiceRun, Payer, Product, RunRow, SubscriptionItem
from billing.money import months_before
from billing.paper import Paper, Party
from billing.selectors.charges import charges_for, charges_of
from billing.selectors.served import last_month_of
from billing.selectors.vat_checks import last_checks
from billing.seller import seller
from billing.terms import mentions
from billing.vat import RULES, UNION, vat_rule
from core import clock
from core.access import Actor, get_or_404, scoped

PARIS = ZoneInfo("Europe/Paris")
_NO_PRICE = Missing("price", "prix du produit à cette date")
_NUMBER_UNKNOWN = Missing("buyer_vat_number_unknown", "numéro de TVA inconnu de VIES")
_NO_TERRITORY = Missing("buyer_territory", "territoire de TVA")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many payers of a run are in each state, and what was issued (credit notes taken off)."""

    pending: int
    issued: int
    blocked: int
    nothing: int
    invoices: int
    gross_cents: int

    @property
    def total(self) -> int:
        return self.pending + self.issued + self.blocked + self.nothing

    @property
    def done(self) -> int:
        return self.total - self.pending

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a payer would get: a draft, what keeps it from being drawn up, or neither when there is nothing to bill."""

    payer: Payer
    draft: Draft | None
    missing: tuple[Missing, ...] = ()


def payers_of(month: date) -> QuerySet[Payer]:
    """Those for whom something may be owed in a month, in the order of their accounts."""
    since = months_before(month, LOOK_BACK)
    items = SubscriptionItem.objects.filter(payer=OuterRef("pk")).exclude(ends_on__lt=since)
    waiting = Adjustment.objects.filter(payer=OuterRef("pk"), withdrawn_at__isnull=True)
    return Payer.objects.filter(Exists(items) | Exists(waiting)).order_by("pk")


def prepare(
    payers: Sequence[Payer], month: date, *, run_id: int | None = None, only_credits: bool = False
) -> list[Prepared]:
    """The drafts of a month, in the order of the payers, in a fixed number of statements.

    `only_credits`: only of the days that were billed and are not due.
    """
    names = {row.code: _name(row) for row in Product.objects.all()}
    charged = _charges(payers, month)
    if only_credits:
        charged = {
            pk: [line for line in lines or () if line.item_id and line.net_cents < 0] for pk, lines in charged.items()
        }
    served = {} if only_credits else last_month_of(payers, charged, month)
    # The tax is left to whoever has a number: one that VIES does not know is no number.
    abroad = last_checks(payer for payer in payers if payer.territory == UNION)
    refused = {pk for pk, check in abroad.items() if check.state == VatCheckState.INVALID}
    return [
        Prepared(payer, None, (_NUMBER_UNKNOWN,))
        if payer.pk in refused and charged[payer.pk] and not only_credits
        else _prepared(payer, charged[payer.pk], names, run_id, served)
        for payer in payers
    ]


def progress_of(run: InvoiceRun) -> Progress:
    """Three statements, whatever the size of the run."""
    counts = dict(RunRow.objects.filter(run=run).values_list("state").annotate(count=Count("pk")))
    issued = Invoice.objects.filter(run=run)
    sums = {
        kind: (count, gross)
        for kind, count, gross in issued.values_list("kind").annotate(Count("pk"), Sum("gross_cents"))
    }
    return Progress(
        **{state.value: counts.get(state, 0) for state in RowState},
        invoices=sum(count for count, _gross in sums.values()),
        gross_cents=sums.get("invoice", (0, 0))[1] - sums.get("credit_note", (0, 0))[1],
    )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A line of the preview."""

    payer: Payer
    paper: Paper | None
    missing: Sequence[Missing]


def runs_of(actor: Actor) -> QuerySet[InvoiceRun]:
    """The months, latest first, with how many rows wait and are blocked."""
    waiting = Count("rows", filter=Q(rows__state=RowState.PENDING))
    blocked = Count("rows", filter=Q(rows__state=RowState.BLOCKED))
    return scoped(actor, InvoiceRun).annotate(waiting=waiting, blocked=blocked).order_by("-month")


def run_by(actor: Actor, uid: UUID) -> InvoiceRun:
    """One of them. Raises NotForYou."""
    return get_or_404(actor, InvoiceRun, uid=uid)


def previewed(prepared: Iterable[Prepared]) -> list[Foreseen]:
    """What each payer would get, with everything that would keep it back."""
    found = []
    for one in prepared:
        paper = one.draft.paper if one.draft else None
        lacking = list(one.missing)
        if paper is not None and paper.net_cents > 0:
            today = clock.today(PARIS)
            due = today + timedelta(days=settings.BILLING_PAYMENT_DAYS)
            lacking += missing(paper.issued("-", today, due))
        found.append(Foreseen(one.payer, paper, lacking))
    return found


def blocked_of(run: InvoiceRun) -> QuerySet[RunRow]:
    """The payers who got nothing for want of something, with it."""
    rows = RunRow.objects.filter(run=run, state=RowState.BLOCKED)
    return rows.select_related("payer", "payer__practice").order_by("pk")


def buyer_of(payer: Payer) -> Party:
    """A payer as it stands today."""
    return Party(
        name=payer.name,
        legal_form=payer.legal_form,
        siren=payer.siren or payer.siret[:9],
        siret=payer.siret,
        vat_number=payer.vat_number,
        street=payer.street,
        street2=payer.street2,
        postcode=payer.postcode,
        city=payer.city,
        country=payer.country,
        territory=payer.territory,
        email=payer.email,
        account=payer.account,
    )


def _charges(payers: Iterable[Payer], month: date) -> dict[int, list[Charge] | None]:
    """The charges of each; None for one whose products have no price, who must not stop the others."""
    wanted = list(payers)
    try:
        return dict(charges_for(wanted, month))
    except LookupError:
        found: dict[int, list[Charge] | None] = {}
        for payer in wanted:
            try:
                found[payer.pk] = charges_of(payer, month)
            except LookupError:
                found[payer.pk] = None
        return found


def _prepared(
    payer: Payer,
    charges: list[Charge] | None,
    names: dict[str, str],
    run_id: int | None,
    served: Mapping[tuple[int, int], Mapping[str, object]],
) -> Prepared:
    if charges is None:
        return Prepared(payer, None, (_NO_PRICE,))
    if sum(charge.net_cents for charge in charges) == 0:
        return Prepared(payer, None)
    if payer.territory not in RULES:
        return Prepared(payer, None, (_NO_TERRITORY,))
    vat = vat_rule(payer.territory)
    paper = paper_of(
        lines_of(_charged_of(payer, charges, names, served), vat.rate),
        seller=seller(),
        buyer=buyer_of(payer),
        vat=vat,
        mentions=mentions(vat_on_debits=settings.BILLING_VAT_ON_DEBITS),
        method=payer.method,
        purchase_order=payer.purchase_order,
    )
    return Prepared(payer, Draft(payer.pk, payer.practice_id, paper, run_id=run_id))


def _name(product: Product) -> str:
    """What is printed, in French whatever the language of whoever runs the month."""
    return f"Abonnement {product.name}" if product.kind == ProductKind.PLAN else product.name


def _charged_of(
    payer: Payer,
    charges: Iterable[Charge],
    names: dict[str, str],
    served: Mapping[tuple[int, int], Mapping[str, object]],
) -> Iterator[Charged]:
    """Each charge; the first that bills a seat carries what its practitioner's last month served."""
    told: set[int] = set()
    for charge in charges:
        found = _charged(charge, names)
        seat = charge.practitioner_id
        counts = served.get((payer.practice_id, seat)) if seat and charge.net_cents > 0 and seat not in told else None
        if seat and counts:
            told.add(seat)
            found = replace(found, detail={**(found.detail or {}), "served": counts})
        yield found


def _charged(charge: Charge, names: dict[str, str]) -> Charged:
    return Charged(
        kind=charge.kind,
        from_day=charge.from_day,
        until_day=charge.until_day,
        net_cents=charge.net_cents,
        name=names.get(charge.product, charge.product),
        holder=charge.holder,
        label=charge.label,
        quantity=charge.quantity,
        item_id=charge.item_id,
        price_id=charge.price_id,
        adjustment_id=charge.adjustment_id,
        detail=charge.detail,
    )
