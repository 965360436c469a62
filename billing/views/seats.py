"""Seats: added, changed and removed, each shown on the next invoice before it is done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.enums import ProductKind
from billing.forms import RemoveForm, SeatForm, show_refusal
from billing.models import Subscription
from billing.selectors.subscription import Overview, offers, overview, seat_of, subscription_to_manage
from billing.services.preview import Preview, preview
from billing.services.seats import add_seat, change_payer, change_plan, remove_seat
from billing.views.wording import offer_choices, payer_choices
from core.access import Space, access
from core.exceptions import DomainError

PRACTICE = {Space.PRACTICE}


@access(resource="billing.subscription", action={"GET": "read", "POST": "manage"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    subscription = subscription_to_manage(request.actor)
    found = overview(request.actor)
    people = [(str(person.uid), person.display_name) for person in found.free_people]
    if not people or not found.is_running:
        return redirect("subscription:home")
    form = _form(request, found, people=people)

    def act() -> None:
        chosen = form.cleaned_data
        add_seat(
            actor=request.actor,
            subscription=subscription.uid,
            practitioner=UUID(chosen["practitioner"]),
            plan=chosen["plan"],
            payer=UUID(chosen["payer"]),
            on=chosen["on"],
            expected_revision=chosen["revision"],
        )

    done, shown = _do(request, form, subscription, act)
    if done:
        messages.success(request, _("La place est ouverte."))
        return redirect("subscription:home")
    context = {"form": form, "found": found, "preview": shown, "seat": None}
    return render(request, "billing/practice/seat.html", context, status=422 if form.errors else 200)


@access(resource="billing.subscription", action={"GET": "read", "POST": "manage"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, practitioner: UUID) -> HttpResponse:
    """Plan and payer of a seat, from a day on."""
    subscription = subscription_to_manage(request.actor)
    found, seat = seat_of(request.actor, practitioner)
    item = seat.item or seat.coming[0]
    form = _form(request, found, plan=item.product.code, payer=str(item.payer.uid))

    def act() -> None:
        chosen = form.cleaned_data
        terms = {
            "actor": request.actor,
            "subscription": subscription.uid,
            "practitioner": practitioner,
            "on": chosen["on"],
        }
        change_plan(**terms, plan=chosen["plan"], expected_revision=chosen["revision"])
        change_payer(**terms, payer=UUID(chosen["payer"]))

    done, shown = _do(request, form, subscription, act)
    if done:
        messages.success(request, _("C’est enregistré."))
        return redirect("subscription:home")
    context = {"form": form, "found": found, "preview": shown, "seat": seat}
    return render(request, "billing/practice/seat.html", context, status=422 if form.errors else 200)


@access(resource="billing.subscription", action={"GET": "read", "POST": "manage"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, practitioner: UUID) -> HttpResponse:
    subscription = subscription_to_manage(request.actor)
    found, seat = seat_of(request.actor, practitioner)
    form = RemoveForm(request.POST or None, initial={"on": found.today, "revision": subscription.revision})

    def act() -> None:
        chosen = form.cleaned_data
        remove_seat(
            actor=request.actor,
            subscription=subscription.uid,
            practitioner=practitioner,
            on=chosen["on"],
            expected_revision=chosen["revision"],
        )

    done, shown = _do(request, form, subscription, act)
    if done:
        messages.success(request, _("La place est retirée. Les rendez-vous restent."))
        return redirect("subscription:home")
    context = {"form": form, "found": found, "preview": shown, "seat": seat}
    return render(request, "billing/practice/seat_remove.html", context, status=422 if form.errors else 200)


def _form(
    request: HttpRequest,
    found: Overview,
    *,
    people: list[tuple[str, str]] | None = None,
    plan: str = "",
    payer: str = "",
) -> SeatForm:
    plans, hints = offer_choices(offers(ProductKind.PLAN))
    payers = payer_choices(found.payers)
    initial = {
        "plan": plan or (plans[0][0] if plans else ""),
        "payer": payer or (payers[0][0] if payers else ""),
        "on": found.today,
        "practitioner": people[0][0] if people else "",
        "revision": found.subscription.revision if found.subscription else None,
    }
    sent = request.POST if request.method == "POST" else None
    return SeatForm(sent, plans=plans, hints=hints, payers=payers, people=people or (), initial=initial)


def _do(
    request: HttpRequest, form: forms.Form, subscription: Subscription, act: Callable[[], None]
) -> tuple[bool, Preview | None]:
    """Whether it is done; what it would do when it was not confirmed yet."""
    if request.method != "POST" or not form.is_valid():
        return False, None
    try:
        if "confirm" in request.POST:
            act()
            return True, None
        return False, preview(subscription=subscription, act=act, on=form.cleaned_data["on"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return False, None
