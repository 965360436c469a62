"""The reasons of a practice: the list, one reason, the catalogue to start from, and how an agenda offers one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.forms_setup import KindsForm
from booking.forms_setup_reasons import REASON_FIELD_OF, ReasonForm, reason_initial
from booking.selectors.setup import agenda_to_set_up, agendas_arranged
from booking.selectors.setup_reasons import (
    kinds_for,
    offers_by_reason,
    questions_asked,
    reason_managed,
    reasons_managed,
    specialties_of,
)
from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of
from practitioners.changes import version_of
from practitioners.services.reason_templates import adopt_kinds
from practitioners.services.visit_reasons import change_reason, create_reason, questions_of

PRACTICE = {Space.PRACTICE}


@access(resource="practitioners.visitreason", action="manage", spaces=PRACTICE)
@require_safe
def reasons(request: HttpRequest) -> HttpResponse:
    """Every reason with the agendas that offer it."""
    offers, agendas = offers_by_reason(request.actor), agendas_arranged(request.actor)
    rows = [(row, offers.get(row.pk, []), _free(agendas, row, offers)) for row in reasons_managed(request.actor)]
    return render(request, "desk/setup_reasons.html", {"rows": rows, "agendas": agendas})


def _free(agendas: list[Any], row: Any, offers: dict[int, list[Any]]) -> list[Any]:
    """The agendas of the reason's specialty that do not offer it."""
    taken = {offer.agenda_id for offer in offers.get(row.pk, [])}
    return [one for one in agendas if one.practitioner.specialty_id == row.specialty_id and one.pk not in taken]


@access(resource="practitioners.visitreason", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def kinds(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The usual reasons of an agenda's specialty, to take several at once."""
    agenda = agenda_to_set_up(request.actor, uid)
    proposed = kinds_for(agenda)
    form, status = KindsForm(request.POST or None, kinds=proposed), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                adopt_kinds(actor=request.actor, agenda=uid, kinds=form.cleaned_data["kinds"], claim=claim_of(request))
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal.message))
            else:
                messages.success(request, _("Les motifs sont ajoutés. Vérifiez leur durée et leur tarif."))
                return redirect("desk:setup_agenda", uid=uid)
    context = {"agenda": agenda, "form": form, "proposed": proposed}
    return render(request, "desk/setup_kinds.html", context, status=status)


@access(resource="practitioners.visitreason", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def reason_add(request: HttpRequest) -> HttpResponse:
    """A reason in one's own words."""
    specialties = specialties_of(agendas_arranged(request.actor))
    form = ReasonForm(request.POST or None, specialties=specialties, others=_others(request), initial={"version": ""})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                wanted: Any = form.wanted()
                wanted.setdefault("specialty", specialties[0][0] if specialties else "")
                made = create_reason(actor=request.actor, fields=wanted, claim=claim_of(request))
            except DomainError as refusal:
                status = refusal.status
                _refuse(form, refusal)
            else:
                messages.success(request, _("Le motif est créé. Dites dans quels agendas il est proposé."))
                return redirect("desk:setup_reason", uid=made.uid)
    return render(request, "desk/setup_reason.html", {"form": form, "row": None}, status=status)


@access(resource="practitioners.visitreason", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A reason, its questions, and the agendas that offer it."""
    row = reason_managed(request.actor, uid)
    agendas, offers = agendas_arranged(request.actor), offers_by_reason(request.actor)
    specialties = list(dict([(row.specialty.slug, row.specialty.label), *specialties_of(agendas)]).items())
    options: dict[str, Any] = {
        "specialties": specialties,
        "others": _others(request, uid),
        "is_offered": bool(offers.get(row.pk)),
        "initial": reason_initial(row, questions_asked(row), version_of(row, questions_of(row))),
    }
    form, status, stale = ReasonForm(request.POST or None, **options), 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                wanted: Any = form.wanted()
                change_reason(
                    actor=request.actor, visit_reason=uid, changes=wanted, expected=form.cleaned_data["version"]
                )
            except DomainError as refusal:
                stale, status = refusal.code == "changed_meanwhile", refusal.status
                _refuse(form, refusal)
            else:
                messages.success(request, _("Le motif est enregistré. Les rendez-vous déjà pris ne changent pas."))
                return redirect("desk:setup_reasons")
    if stale:
        form = ReasonForm(**options)
    context = {
        "form": form,
        "row": row,
        "offers": offers.get(row.pk, []),
        "free": _free(agendas, row, offers),
        "stale": stale,
    }
    return render(request, "desk/setup_reason.html", context, status=status)


@access(resource="practitioners.visitreason", action="manage", spaces=PRACTICE)
@require_POST
def reason_archive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Archives a reason, or brings it back."""
    wished = request.POST.get("on") == "1"
    change_reason(actor=request.actor, visit_reason=uid, changes={"archived": wished})
    if wished:
        messages.success(
            request, _("Le motif est archivé : plus personne ne le réserve. Les rendez-vous pris restent.")
        )
    else:
        messages.success(request, _("Le motif est rétabli."))
    return redirect("desk:setup_reason", uid=uid)


def _others(request: HttpRequest, uid: UUID | None = None) -> list[Any]:
    return [row for row in reasons_managed(request.actor) if row.archived_at is None and row.uid != uid]


def _refuse(form: ReasonForm, refusal: DomainError) -> None:
    form.add_error(REASON_FIELD_OF.get(refusal.code), str(refusal.message))
