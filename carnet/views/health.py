"""The health profile: one page of everything, and a small page for each thing to add or change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.enums_health import ItemKind
from carnet.forms_health import AllergyForm, ContactForm, DoctorForm, ItemForm, MeasureForm, show_refusal
from carnet.selectors.health import dose_label, item_of, profile_page
from carnet.selectors.prevention import person_of_health
from carnet.services import health, measures
from carnet.services.health_reading import open_own_profile, open_profile
from carnet.sheet import emergency_sheet
from carnet.views._frame import frame
from core.access import Space, access, may
from core.exceptions import DomainError, NotForYou
from core.idempotency import claim_of
from patients.selectors import own_identity, people_of

_FIELDS = {
    "text_missing": "label",
    "dates_out_of_order": "ended_on",
    "date_impossible": "began_on",
    "severity_of_allergy": "severity",
    "measure_impossible": "value",
    "phone_impossible": "phone",
}
_ADDED = {
    ItemKind.HISTORY: gettext_lazy("L’antécédent est noté."),
    ItemKind.TREATMENT: gettext_lazy("Le traitement est noté."),
    ItemKind.ALLERGY: gettext_lazy("L’allergie est notée."),
}


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One's own profile; without an identity, the page that gives one."""
    own = own_identity(request.actor)
    return redirect("health:profile", own.uid) if own else redirect("patients:identity")


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def profile(request: HttpRequest, patient: UUID) -> HttpResponse:
    page = open_own_profile(actor=request.actor, patient=patient)
    context = {
        **frame(request, page.person, "health"),
        "page": page,
        "people": people_of(request.actor, "open_health"),
    }
    return render(request, "carnet/health/profile.html", context)


@access(resource="carnet.healthprofile", action="read", spaces={Space.PRACTICE}, second_factor=True)
@require_safe
def shared(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The profile as a professional reads it whom the whole record is shared with."""
    page = open_profile(actor=request.actor, patient=patient)
    doses = [(dose, dose_label(dose)) for dose in page.doses]
    return render(
        request,
        "carnet/health/shared.html",
        {"page": page, "doses": doses, "may_confirm": may(request.actor, "add_shared", page.person)},
    )


@access(resource="carnet.healthitem", action={"GET": "read", "POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add_item(request: HttpRequest, patient: UUID, kind: str) -> HttpResponse:
    chosen, person = _kind(kind), person_of_health(request.actor, patient)
    own = person.user_id == request.actor.user_id
    form = _item_form(chosen, request.POST if request.method == "POST" else None, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            health.add_item(actor=request.actor, patient=patient, kind=chosen, claim=claim_of(request), **form.values)
        except DomainError as refusal:
            show_refusal(form, _FIELDS.get(refusal.code), refusal.message)
        else:
            messages.success(request, _ADDED[chosen])
            return redirect("health:profile", patient)
    context = {"form": form, "person": person, "kind": chosen}
    return render(request, "carnet/health/item.html", context, status=422 if form.errors else 200)


@access(
    resource="carnet.healthitem", action={"GET": "read", "POST": "change"}, spaces={Space.PATIENT}, second_factor=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One line: change it; ending and erasing are its other buttons."""
    found = item_of(request.actor, uid)
    kind = ItemKind(found.kind)
    names = ("label", "details", "began_on", "ended_on", "confidential", "severity")
    own, initial = found.patient.user_id == request.actor.user_id, {name: getattr(found, name) for name in names}
    form = _item_form(kind, request.POST if request.method == "POST" else None, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            health.change_item(actor=request.actor, item=uid, expected_revision=_revision(request), **form.values)
        except DomainError as refusal:
            show_refusal(form, _FIELDS.get(refusal.code), refusal.message)
        else:
            messages.success(request, _("Les changements sont enregistrés."))
            return redirect("health:profile", found.patient.uid)
    context = {"form": form, "person": found.patient, "kind": kind, "item": found}
    return render(request, "carnet/health/item.html", context, status=422 if form.errors else 200)


@access(resource="carnet.healthitem", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def end_item(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = health.end_item(actor=request.actor, item=uid)
    messages.success(request, _("C’est noté comme terminé."))
    return redirect("health:profile", found.patient.uid)


@access(resource="carnet.healthitem", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def remove_item(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = item_of(request.actor, uid).patient.uid
    health.remove_item(actor=request.actor, item=uid)
    messages.success(request, _("La ligne est effacée."))
    return redirect("health:profile", person)


@access(
    resource="carnet.healthprofile",
    action={"GET": "read", "POST": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
@require_http_methods(["GET", "HEAD", "POST"])
def doctor(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Who treats the person, and what rescuers must know."""
    page = profile_page(request.actor, patient)
    names = ("treating_doctor", "treating_phone", "emergency_note")
    form = DoctorForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(page.profile, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            health.change_profile(actor=request.actor, patient=patient, changes=form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, None, refusal.message)
        else:
            messages.success(request, _("Les changements sont enregistrés."))
            return redirect("health:profile", patient)
    context = {"form": form, "person": page.person}
    return render(request, "carnet/health/doctor.html", context, status=422 if form.errors else 200)


@access(resource="carnet.measure", action={"GET": "read", "POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add_measure(request: HttpRequest, patient: UUID) -> HttpResponse:
    return _small(
        request, patient, MeasureForm, measures.note_measure, "carnet/health/measure.html", _("La mesure est notée.")
    )


@access(
    resource="carnet.emergencycontact",
    action={"GET": "read", "POST": "add"},
    spaces={Space.PATIENT},
    second_factor=True,
)
@require_http_methods(["GET", "HEAD", "POST"])
def add_contact(request: HttpRequest, patient: UUID) -> HttpResponse:
    return _small(
        request,
        patient,
        ContactForm,
        measures.add_emergency_contact,
        "carnet/health/contact.html",
        _("La personne est notée."),
    )


@access(resource="carnet.measure", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def remove_measure(request: HttpRequest, patient: UUID, uid: UUID) -> HttpResponse:
    measures.remove_measure(actor=request.actor, measure=uid)
    messages.success(request, _("La mesure est effacée."))
    return redirect("health:profile", patient)


@access(resource="carnet.emergencycontact", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def remove_contact(request: HttpRequest, patient: UUID, uid: UUID) -> HttpResponse:
    measures.remove_emergency_contact(actor=request.actor, contact=uid)
    messages.success(request, _("La personne n’est plus dans la liste."))
    return redirect("health:profile", patient)


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def sheet(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The emergency sheet, to print."""
    content = emergency_sheet(open_own_profile(actor=request.actor, patient=patient))
    answer = HttpResponse(content, content_type="application/pdf")
    # No name in it: files stay in the downloads of shared machines.
    answer["Content-Disposition"] = 'attachment; filename="fiche-urgence.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _small(
    request: HttpRequest, patient: UUID, form_class: Any, service: Any, template: str, done: str
) -> HttpResponse:
    person = person_of_health(request.actor, patient)
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service(actor=request.actor, patient=patient, **form.cleaned_data)
        except DomainError as refusal:
            field = "taken_on" if refusal.code == "date_impossible" else _FIELDS.get(refusal.code)
            show_refusal(form, field, refusal.message)
        else:
            messages.success(request, done)
            return redirect("health:profile", patient)
    return render(request, template, {"form": form, "person": person}, status=422 if form.errors else 200)


def _kind(text: str) -> ItemKind:
    if text not in KINDS:
        raise NotForYou
    return KINDS[text]


KINDS = {"antecedent": ItemKind.HISTORY, "traitement": ItemKind.TREATMENT, "allergie": ItemKind.ALLERGY}


def _item_form(kind: ItemKind, *args: Any, **kwargs: Any) -> ItemForm:
    return (AllergyForm if kind == ItemKind.ALLERGY else ItemForm)(*args, **kwargs)


def _revision(request: HttpRequest) -> int | None:
    given = request.POST.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None
