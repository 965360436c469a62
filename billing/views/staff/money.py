"""Money for billing staff: transfers brought in and matched, a payment and what it pays, refunds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.bank_words import verdict_words
from billing.days import today
from billing.forms_payment import (
    AllocationForm,
    DoneForm,
    FileForm,
    PaymentForm,
    ReasonForm,
    RefundForm,
    ResolveForm,
    show_refusal,
)
from billing.selectors import bank, money_desk
from billing.services import bank_lines, payments
from billing.services import refunds as giving_back
from booking.import_files import MOST_BYTES
from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of

STAFF = {Space.BILLING}


@access(resource="billing.payment", action={"GET": "collect", "POST": "collect"}, spaces=STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def transfers(request: HttpRequest) -> HttpResponse:
    """What waits for a person, the last payments, and the door by which the bank's file comes in."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        try:
            # One byte more than allowed tells a file that is too large without reading the rest of it.
            raw = form.cleaned_data["file"].read(MOST_BYTES + 1)
            brought = bank_lines.import_statement(actor=request.actor, raw=raw)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("billing:statement", brought.uid)
    context = {
        "form": form,
        "lines": [(one, verdict_words(one.verdict)) for one in bank.suspense(request.actor)],
        "imports": bank.recent_imports(request.actor),
        "payments": money_desk.last_payments(request.actor),
    }
    return render(request, "billing/payment/staff_transfers.html", context, status=422 if form.errors else 200)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_safe
def statement(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One file of the bank: what was read, what each line became."""
    found = money_desk.statement_by(request.actor, uid)
    lines = [(one, verdict_words(one.verdict)) for one in money_desk.lines_of(found)]
    refused = [(number, verdict_words(code)) for number, code in found.report.get("refused", [])]
    context = {"statement": found, "lines": lines, "refused": refused}
    return render(request, "billing/payment/staff_statement.html", context)


@access(resource="billing.payment", action={"GET": "collect", "POST": "collect"}, spaces=STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A transfer nobody could match: look for who paid, choose the invoices."""
    found = money_desk.line_by(request.actor, uid)
    query = request.GET.get("q", "")
    payers = money_desk.payers_like(request.actor, query, first=found.payer_id)
    choices = money_desk.with_open(payers)
    form = ResolveForm(request.POST or None, invoices=[one for _payer, rows in choices for one in rows])
    if request.method == "POST" and form.is_valid():
        try:
            bank_lines.resolve_line(
                actor=request.actor,
                line=uid,
                payer=form.cleaned_data["payer"],
                invoices=[UUID(one) for one in form.cleaned_data["invoices"]],
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Le virement est rapproché."))
            return redirect("billing:payments")
    context = {
        "line": found,
        "why": verdict_words(found.verdict),
        "q": query,
        "choices": choices,
        "suggested": money_desk.suggested_of(found),
        "form": form,
        "ignore": ReasonForm(),
    }
    return render(request, "billing/payment/staff_line.html", context, status=422 if form.errors else 200)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_POST
def ignore(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    _done(
        request,
        lambda: bank_lines.ignore_line(actor=request.actor, line=uid, reason=form.data.get("reason", "")),
        _("La ligne est écartée."),
    )
    return redirect("billing:payments")


@access(resource="billing.payment", action={"GET": "collect", "POST": "collect"}, spaces=STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, payer: UUID) -> HttpResponse:
    """A payment that no file brought."""
    found = money_desk.payer_by(request.actor, payer)
    form = PaymentForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = payments.record_payment(
                actor=request.actor,
                payer=payer,
                amount_cents=form.cleaned_data["amount"],
                received_on=form.cleaned_data["on"],
                reference=form.cleaned_data["reference"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Le paiement est enregistré."))
            return redirect("billing:payment", made.uid)
    context = {"form": form, "payer": found, "invoices": money_desk.open_of(found)}
    return render(request, "billing/payment/staff_record.html", context, status=422 if form.errors else 200)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_safe
def payment(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One payment: what it pays, what is left, what went back."""
    found = money_desk.payment_by(request.actor, uid)
    context = {
        "payment": found,
        "allocations": found.allocations.select_related("invoice").order_by("pk"),
        "refunds": found.refunds.order_by("pk"),
        "invoices": money_desk.open_of(found.payer) if found.left_cents else [],  # type: ignore[attr-defined]
        "refund": RefundForm(),
    }
    return render(request, "billing/payment/staff_payment.html", context)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_POST
def allocate(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = AllocationForm(request.POST)
    if form.is_valid():
        given = {"invoice": form.cleaned_data["invoice"], "amount_cents": form.cleaned_data["amount"]}
        _done(
            request,
            lambda: payments.allocate(actor=request.actor, payment=uid, **given),
            _("Le paiement est imputé."),
        )
    else:
        money_desk.payment_by(request.actor, uid)
        messages.warning(request, " ".join(str(one[0]) for one in form.errors.values()))
    return redirect("billing:payment", uid)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_POST
def undo(request: HttpRequest, uid: UUID, allocation: UUID) -> HttpResponse:
    money_desk.payment_by(request.actor, uid)
    reason = request.POST.get("reason", "")
    _done(
        request,
        lambda: payments.undo_allocation(actor=request.actor, allocation=allocation, reason=reason),
        _("L’imputation est défaite."),
    )
    return redirect("billing:payment", uid)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_POST
def refund(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = RefundForm(request.POST)
    if form.is_valid():
        given = {"amount_cents": form.cleaned_data["amount"], "reason": form.cleaned_data["reason"]}
        _done(
            request,
            lambda: giving_back.refund(actor=request.actor, payment=uid, claim=claim_of(request), **given),
            _("Le remboursement est demandé."),
        )
    else:
        money_desk.payment_by(request.actor, uid)
        messages.warning(request, " ".join(str(one[0]) for one in form.errors.values()))
    return redirect("billing:payment", uid)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    context = {"refunds": money_desk.refunds(request.actor), "done": DoneForm(initial={"on": today()})}
    return render(request, "billing/payment/staff_refunds.html", context)


@access(resource="billing.payment", action="collect", spaces=STAFF)
@require_POST
def refund_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """« C’est viré » with its day, or « Abandonner » with a reason."""
    if "abandonner" in request.POST:
        reason = request.POST.get("reason", "")
        _done(
            request,
            lambda: giving_back.drop_refund(actor=request.actor, refund=uid, reason=reason),
            _("Le remboursement est abandonné."),
        )
        return redirect("billing:refunds")
    form = DoneForm(request.POST)
    day = form.cleaned_data["on"] if form.is_valid() else today()
    _done(
        request,
        lambda: giving_back.confirm_refund(actor=request.actor, refund=uid, done_on=day),
        _("Le remboursement est noté."),
    )
    return redirect("billing:refunds")


def _done(request: HttpRequest, act: Any, said: str) -> None:
    """Does it, and says so; a refusal is said instead."""
    try:
        act()
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, said)
