"""The subscription as its practice sees it: plan, seats, payers, pauses, and what the next invoice will say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from billing.charges import monthly_cents, price_on
from billing.days import today
from billing.enums import ProductKind
from billing.enums import SubscriptionState as State
from billing.models import InvoiceRun, Pause, Payer, Product, Subscription, SubscriptionEvent, SubscriptionItem
from billing.money import next_month
from billing.selectors.charges import item_fact, price_facts
from billing.selectors.seats import practitioners_of
from billing.vat import vat_cents, vat_rule
from core.access import Actor, get_or_404, may, scoped
from core.exceptions import NotForYou
from practitioners.models import Practice, Practitioner


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan or an option on sale today, with its price."""

    product: Product
    net_cents: int

    @property
    def code(self) -> str:
        return self.product.code


@dataclass(frozen=True, slots=True)
class Seat:
    """The seat of a practitioner today: `item` is None without one; `coming` is what is planned for it, in order."""

    practitioner: Practitioner
    item: SubscriptionItem | None
    net_cents: int
    coming: Sequence[SubscriptionItem]
    pause: Pause | None

    @property
    def ends_on(self) -> date | None:
        """The first day without a seat, when nothing follows."""
        return self.item.ends_on if self.item is not None and not self.coming else None


@dataclass(frozen=True, slots=True)
class Totals:
    """A sum before tax, its VAT and both."""

    net_cents: int
    vat_cents: int

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.vat_cents


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the page. `subscription` is None for a practice that never subscribed nor tried."""

    practice: Practice
    subscription: Subscription | None
    seats: Sequence[Seat]
    free_people: Sequence[Practitioner]
    addons: Sequence[tuple[SubscriptionItem, int]]
    payers: Sequence[Payer]
    pauses: Sequence[Pause]
    events: Sequence[SubscriptionEvent]
    month: Totals
    next_month_billed: date
    may_manage: bool
    may_engage: bool
    today: date

    @property
    def is_running(self) -> bool:
        """Whether there is something to keep: not before subscribing, nor after leaving."""
        return self.subscription is not None and self.subscription.state != State.CANCELLED and bool(self.seats)

    @property
    def is_restricted(self) -> bool:
        """Whether an unpaid invoice closes online booking."""
        return self.subscription is not None and self.subscription.restricted_at is not None

    @property
    def addon_items(self) -> list[SubscriptionItem]:
        return [item for item, _cost in self.addons]

    @property
    def trial_days_left(self) -> int:
        end = self.subscription.trial_ends_on if self.subscription else None
        return max((end - self.today).days, 0) if end else 0


def practice_read(actor: Actor) -> Practice:
    """The practice whose subscription the actor may read. Raises NotForYou."""
    return get_or_404(actor, Practice, "read_billing", pk=actor.practice_id)


def practice_to_engage(actor: Actor) -> Practice:
    """The practice that the actor may engage. Raises NotForYou."""
    return get_or_404(actor, Practice, "subscribe", pk=actor.practice_id)


def practice_of_payers(actor: Actor) -> Practice:
    """The practice whose payers the actor keeps. Raises NotForYou."""
    return get_or_404(actor, Practice, "keep_payers", pk=actor.practice_id)


def subscribed_overview(actor: Actor) -> Overview:
    """The page of a practice that has a subscription. Raises NotForYou for one that never had any."""
    get_or_404(actor, Subscription, "read", practice_id=actor.practice_id)
    return overview(actor)


def subscription_to_manage(actor: Actor) -> Subscription:
    """The one of the current practice, for who decides. Raises NotForYou without one too."""
    return get_or_404(actor, Subscription, "manage", practice_id=actor.practice_id)


def payer_to_keep(actor: Actor, uid: UUID) -> Payer:
    return get_or_404(actor, Payer, "keep", uid=uid)


def offers(kind: str, day: date | None = None) -> list[Offer]:
    """What is on sale that day, in the order of the catalogue."""
    on = day or today()
    prices = price_facts()
    sold = Product.objects.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on), kind=kind)
    priced = sold.filter(
        Q(prices__valid_until__isnull=True) | Q(prices__valid_until__gt=on), prices__valid_from__lte=on
    )
    return [Offer(product, price_on(prices, product.code, on).amount_cents) for product in priced.order_by("position")]


def overview(actor: Actor, practice: Practice | None = None) -> Overview:
    """The page of the actor's practice, or of the one given. Raises NotForYou."""
    found = practice or practice_read(actor)
    found = get_or_404(actor, Practice, "read_billing", pk=found.pk)
    day = today()
    subscription = scoped(actor, Subscription).filter(practice=found).first()
    items = _items(subscription, day)
    pauses = _pauses(subscription, day)
    people = list(practitioners_of(found.pk))
    seats = _seats(items, pauses, day)
    held = {seat.practitioner.pk for seat in seats}
    prices = price_facts()
    addons = [item for item in items if item.kind == ProductKind.ADDON and item.covers(day)]
    return Overview(
        practice=found,
        subscription=subscription,
        seats=seats,
        free_people=[person for person in people if person.pk not in held],
        addons=[(item, price_on(prices, item.product.code, day).amount_cents * item.quantity) for item in addons],
        payers=list(Payer.objects.open().filter(practice=found)),
        pauses=pauses,
        events=_events(subscription),
        month=month_of_items(items, day),
        next_month_billed=month_to_bill(day),
        may_manage=subscription is not None and may(actor, "manage", subscription),
        may_engage=may(actor, "subscribe", found),
        today=day,
    )


def month_to_bill(day: date) -> date:
    """The first month that no run has billed: what changes today is seen on its invoice."""
    month = day.replace(day=1)
    done = set(InvoiceRun.objects.filter(month__gte=month).values_list("month", flat=True))
    while month in done:
        month = next_month(month)
    return month


def month_of_items(items: Iterable[SubscriptionItem], day: date) -> Totals:
    """What a whole month costs as things stand that day, each payer taxed by its own territory."""
    prices = price_facts()
    nets: dict[int, int] = {}
    rates: dict[int, int] = {}
    for item in items:
        net = monthly_cents([item_fact(item)], prices, day)
        nets[item.payer_id] = nets.get(item.payer_id, 0) + net
        rates[item.payer_id] = vat_rule(item.payer.territory).rate
    return Totals(sum(nets.values()), sum(vat_cents(net, rates[payer]) for payer, net in nets.items()))


def _items(subscription: Subscription | None, day: date) -> list[SubscriptionItem]:
    """What stands that day and what is planned after it."""
    if subscription is None:
        return []
    rows = SubscriptionItem.objects.filter(subscription=subscription).exclude(ends_on__lte=day)
    rows = rows.exclude(ends_on=F("starts_on")).select_related("product", "payer", "practitioner")
    return list(rows.order_by("starts_on", "pk"))


def _seats(items: Sequence[SubscriptionItem], pauses: Sequence[Pause], day: date) -> list[Seat]:
    prices = price_facts()
    lines: dict[int, list[SubscriptionItem]] = {}
    for item in items:
        if item.practitioner_id is not None:
            lines.setdefault(item.practitioner_id, []).append(item)
    seats = []
    for mine in lines.values():
        now = next((item for item in mine if item.covers(day)), None)
        person = mine[0].practitioner
        if person is None:
            continue
        cost = price_on(prices, now.product.code, day).amount_cents if now else 0
        coming = [item for item in mine if item is not now]
        pause = next((one for one in pauses if one.practitioner_id in (None, person.pk)), None)
        seats.append(Seat(person, now, cost, coming, pause))
    return sorted(seats, key=lambda seat: (seat.practitioner.name_key, seat.practitioner.pk))


def _pauses(subscription: Subscription | None, day: date) -> list[Pause]:
    """Those that run or are to come, soonest first."""
    if subscription is None:
        return []
    rows = Pause.objects.filter(subscription=subscription, ends_on__gt=day).exclude(ends_on=F("starts_on"))
    return list(rows.select_related("practitioner").order_by("starts_on", "pk"))


def _events(subscription: Subscription | None) -> list[SubscriptionEvent]:
    if subscription is None:
        return []
    return list(SubscriptionEvent.objects.filter(subscription=subscription).order_by("-pk")[:20])


def seat_of(actor: Actor, practitioner: UUID) -> tuple[Overview, Seat]:
    """One seat of the current practice, for who decides. Raises NotForYou."""
    subscription_to_manage(actor)
    found = overview(actor)
    for seat in found.seats:
        if seat.practitioner.uid == practitioner:
            return found, seat
    raise NotForYou
