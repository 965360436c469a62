"""The vaccination book: the doses noted, those of a child's visit in four taps, one dose by itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.forms_health import TODAY, DoseForm, DosesForm, GivenForm, ProofForm, show_refusal
from carnet.prevention.ages import after
from carnet.refusals_health import HealthRefusal
from carnet.selectors.health import dose_label, dose_of, doses_of, proof_of, proofs_for, visit_choices
from carnet.selectors.practice import person_to_vaccinate
from carnet.selectors.prevention import person_of_health
from carnet.services import dose_proofs, given_doses, vaccinations
from carnet.services.health_reading import open_vaccines
from carnet.vaccines import VISITS
from core import clock
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from core.idempotency import claim_of
from patients.majority import PARIS

_FIELDS = {"date_impossible": "given_on", "no_vaccine": "vaccines", "already_noted": "vaccines"}
FREE = "autre"


@access(resource="carnet.vaccination", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def book(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The doses noted, and the moments of the child's calendar: the first tap."""
    person = open_vaccines(actor=request.actor, patient=patient)
    today = clock.today(PARIS)
    is_young = after(person.birth_date, VISITS["11-13-ans"].age._replace(years=15)) > today
    context = {
        "person": person,
        "doses": [(dose, dose_label(dose)) for dose in doses_of(request.actor, person)],
        "visits": visit_choices(request.actor, person) if is_young else [],
        "may_write": person.deceased_on is None,
    }
    return render(request, "carnet/health/vaccines.html", context)


@access(
    resource="carnet.vaccination", action={"GET": "read", "POST": "add"}, spaces={Space.PATIENT}, second_factor=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def add_doses(request: HttpRequest, patient: UUID, visit: str) -> HttpResponse:
    """The doses of a visit: its vaccines are ticked, the day is one tap, saving is the last."""
    person = person_of_health(request.actor, patient)
    chosen = VISITS.get(visit)
    if chosen is None and visit != FREE:
        raise NotForYou
    form = DosesForm(
        request.POST if request.method == "POST" else None,
        today=clock.today(PARIS),
        at_age=after(person.birth_date, chosen.age) if chosen else None,
        offered=chosen.vaccines if chosen else (),
        initial={"vaccines": list(chosen.vaccines) if chosen else []},
    )
    if request.method == "POST" and form.is_valid():
        try:
            noted = vaccinations.note_doses(
                actor=request.actor,
                patient=patient,
                vaccines=form.cleaned_data["vaccines"],
                given_on=form.day,
                lot=form.cleaned_data["lot"],
                given_by=form.cleaned_data["given_by"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            show_refusal(form, _FIELDS.get(refusal.code), refusal.message)
        else:
            messages.success(
                request, ngettext("%(n)d dose est notée.", "%(n)d doses sont notées.", len(noted)) % {"n": len(noted)}
            )
            return redirect("health:vaccines", patient)
    context = {"form": form, "person": person, "visit": chosen}
    return render(request, "carnet/health/doses.html", context, status=422 if form.errors else 200)


@access(
    resource="carnet.vaccination", action={"GET": "read", "POST": "change"}, spaces={Space.PATIENT}, second_factor=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def dose(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One dose: its day, its lot, who gave it, and the document that shows it."""
    found = dose_of(request.actor, uid)
    names = ("given_on", "lot", "given_by")
    form = DoseForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            vaccinations.change_dose(actor=request.actor, vaccination=uid, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, _FIELDS.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("Les changements sont enregistrés."))
            return redirect("health:vaccines", found.patient.uid)
    papers = proofs_for(request.actor, found)
    context = {
        "form": form,
        "proof": ProofForm(documents=papers, initial={"document": str(found.document or ProofForm.NONE)}),
        "papers": papers,
        "paper": proof_of(request.actor, found),
        "person": found.patient,
        "dose": found,
        "label": dose_label(found),
    }
    return render(request, "carnet/health/dose.html", context, status=422 if form.errors else 200)


@access(resource="carnet.vaccination", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def prove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ties a dose to a document of the record, or unties it."""
    found = dose_of(request.actor, uid)
    form = ProofForm(request.POST, documents=proofs_for(request.actor, found))
    if not form.is_valid():
        messages.error(request, _("Choisissez un document de ce carnet."))
        return redirect("health:dose", uid)
    chosen = form.cleaned_data["document"]
    try:
        dose_proofs.prove_dose(
            actor=request.actor, vaccination=uid, document=None if chosen == form.NONE else UUID(chosen)
        )
    except HealthRefusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Les changements sont enregistrés."))
    return redirect("health:dose", uid)


@access(resource="carnet.vaccination", action="confirm", spaces={Space.PRACTICE}, second_factor=True)
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A professional confirms a dose of a record they may add to, or takes that back."""
    if request.POST.get("reprendre") == "1":
        found = dose_proofs.take_back_confirmation(actor=request.actor, vaccination=uid)
        messages.success(request, _("La confirmation est reprise."))
    else:
        found = dose_proofs.confirm_dose(actor=request.actor, vaccination=uid)
        messages.success(request, _("Le vaccin est confirmé."))
    return redirect("health:shared", found.patient.uid)


@access(resource="carnet.vaccination", action="confirm", spaces={Space.PRACTICE}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, patient: UUID) -> HttpResponse:
    """A professional notes the doses that they gave, in a record they may add to."""
    person = person_to_vaccinate(request.actor, patient)
    form = GivenForm(
        request.POST if request.method == "POST" else None, today=clock.today(PARIS), initial={"when": TODAY}
    )
    if request.method == "POST" and form.is_valid():
        try:
            noted = given_doses.give_doses(
                actor=request.actor,
                patient=patient,
                vaccines=form.cleaned_data["vaccines"],
                given_on=form.day,
                lot=form.cleaned_data["lot"],
                claim=claim_of(request),
            )
        except HealthRefusal as refusal:
            show_refusal(form, _FIELDS.get(refusal.code), refusal.message)
        else:
            messages.success(
                request, ngettext("%(n)d dose est notée.", "%(n)d doses sont notées.", len(noted)) % {"n": len(noted)}
            )
            return redirect("health:shared", patient)
    context = {"form": form, "person": person}
    return render(request, "carnet/health/given.html", context, status=422 if form.errors else 200)


@access(resource="carnet.vaccination", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def remove_dose(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = dose_of(request.actor, uid).patient.uid
    vaccinations.remove_dose(actor=request.actor, vaccination=uid)
    messages.success(request, _("La dose est effacée."))
    return redirect("health:vaccines", person)
