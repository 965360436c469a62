"""The subscription of the practice: its page, subscribing, options, leaving and staying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.enums import PaymentMethod, ProductKind
from billing.forms import AddonForm, LeaveForm, SubscribeForm, show_refusal
from billing.selectors.prefill import payer_of_practice
from billing.selectors.subscription import (
    Overview,
    offers,
    overview,
    practice_to_engage,
    subscription_to_manage,
)
from billing.services.preview import next_bills, preview
from billing.services.seats import set_addon
from billing.services.subscribing import cancel, keep, subscribe, term_of
from billing.views.wording import amount, offer_choices
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of
from core.phrasing import day_text

PRACTICE = {Space.PRACTICE}


@access(resource="billing.subscription", action="read", spaces=PRACTICE)
@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    found = overview(request.actor)
    bills = next_bills(found.subscription) if found.subscription and found.seats else []
    return render(request, "billing/practice/home.html", {"found": found, "bills": bills, "plans": offers("plan")})


@access(resource="billing.subscription", action={"GET": "read", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """One page, two minutes: what is known of the practice is written already."""
    practice = practice_to_engage(request.actor)
    found = overview(request.actor)
    if found.is_running:
        return redirect("subscription:home")
    form = _subscribe_form(request, found)
    if request.method == "POST" and form.is_valid():
        known = found.payers[0].uid if found.payers else None
        try:
            subscribe(
                actor=request.actor,
                practice=practice.uid,
                plan=form.cleaned_data["plan"],
                seats=[UUID(uid) for uid in form.cleaned_data["seats"]],
                payer=known,
                payer_fields=None if known else form.payer_fields,
                terms_accepted=form.cleaned_data["terms"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            form = _subscribe_form(request, found, again=True)
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Vous êtes abonné. Bienvenue."))
            return redirect("subscription:home")
    context = {"form": form, "found": found, "plans": offers(ProductKind.PLAN)}
    return render(request, "billing/practice/start.html", context, status=422 if form.errors else 200)


@access(resource="billing.subscription", action={"GET": "read", "POST": "manage"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def addons(request: HttpRequest) -> HttpResponse:
    """How many of each option, from today."""
    subscription = subscription_to_manage(request.actor)
    found = overview(request.actor)
    held = {item.product.code: item.quantity for item, _cost in found.addons}
    sold = [
        (offer.code, offer.product.label, amount(offer), held.get(offer.code, 0)) for offer in offers(ProductKind.ADDON)
    ]
    form = AddonForm(request.POST or None, addons=sold, initial={"revision": subscription.revision})
    shown = None
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"]
        wanted = [(code, form.cleaned_data[code]) for code, _l, _h, now in sold if form.cleaned_data[code] != now]

        def act() -> None:
            for position, (code, quantity) in enumerate(wanted):
                expected = revision + position if revision else None
                set_addon(
                    actor=request.actor,
                    subscription=subscription.uid,
                    addon=code,
                    quantity=quantity,
                    expected_revision=expected,
                )

        try:
            if "confirm" in request.POST:
                act()
                messages.success(request, _("Vos options sont à jour."))
                return redirect("subscription:home")
            shown = preview(subscription=subscription, act=act)
        except DomainError as refusal:
            show_refusal(form, refusal)
    context = {"form": form, "found": found, "preview": shown}
    return render(request, "billing/practice/addons.html", context, status=422 if form.errors else 200)


@access(resource="billing.subscription", action={"GET": "read", "POST": "cancel"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Says what stays and what ends before it asks when."""
    subscription = subscription_to_manage(request.actor)
    found = overview(request.actor)
    if not found.is_running or subscription.cancels_on is not None:
        return redirect("subscription:home")
    last = term_of(subscription, found.today) - timedelta(days=1)
    term = _("Le %(day)s, au terme déjà payé") % {"day": day_text(last, weekday=False)}
    initial = {"revision": subscription.revision, "when": "term"}
    form = LeaveForm(request.POST or None, term=term, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            cancel(
                actor=request.actor,
                subscription=subscription.uid,
                when=form.cleaned_data["when"],
                expected_revision=form.cleaned_data["revision"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            form = LeaveForm(with_new_token(request), term=term)
            form.full_clean()
            show_refusal(form, refusal)
        else:
            messages.success(request, _("C’est noté. Vos rendez-vous, vos fiches et vos exports restent à vous."))
            return redirect("subscription:home")
    context = {"form": form, "found": found, "last_day": last}
    return render(request, "billing/practice/leave.html", context, status=422 if form.errors else 200)


@access(resource="billing.subscription", action={"POST": "cancel"}, spaces=PRACTICE)
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    subscription = subscription_to_manage(request.actor)
    try:
        keep(actor=request.actor, subscription=subscription.uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Votre abonnement continue."))
    return redirect("subscription:home")


def _subscribe_form(request: HttpRequest, found: Overview, *, again: bool = False) -> SubscribeForm:
    plans, hints = offer_choices(offers(ProductKind.PLAN))
    people = [(str(person.uid), person.display_name) for person in found.free_people]
    initial: dict[str, Any] = {
        **payer_of_practice(found.practice, getattr(request.user, "email", "")),
        "plan": plans[0][0] if plans else "",
        "seats": [uid for uid, _name in people],
        "method": PaymentMethod.SEPA.value,
    }
    sent = (with_new_token(request) if again else request.POST) if request.method == "POST" else None
    form = SubscribeForm(sent, plans=plans, hints=hints, people=people, initial=initial)
    if found.payers:
        # Who comes back, or opened a payer first, pays as before.
        for name in form.PAYER:
            form.fields.pop(name, None)
    if again:
        form.full_clean()
    return form
