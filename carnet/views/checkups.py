"""« Mon bilan prévention »: the questionnaire saved as one goes, its paper, and the visit it is joined to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.checkup_pdf import checkup_file
from carnet.forms_health import show_refusal
from carnet.forms_prevention import CheckupAnswersForm
from carnet.selectors.checkups import CheckupPage, checkup_of, checkup_page
from carnet.selectors.prevention import calendar_of
from carnet.services import checkups
from carnet.services.health_reading import open_checkup
from core.access import Space, access
from core.exceptions import DomainError, NotForYou


@access(
    resource="carnet.checkupform", action={"GET": "read", "POST": "change"}, spaces={Space.PATIENT}, second_factor=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def checkup(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The questionnaire of the person's age; sending it ends it, though it may be corrected later."""
    page = checkup_page(request.actor, patient)
    form = _form(request, page)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, page, form, finished=True)
        except DomainError as refusal:
            show_refusal(form, "agreed", refusal.message)
        else:
            messages.success(request, _("Vos réponses sont enregistrées."))
            return redirect("health:checkup", patient)
    context = {"page": page, "form": form, "sections": form.sections(page.questionnaire)}
    return render(request, "carnet/prevention/checkup.html", context, status=422 if form.errors else 200)


@access(resource="carnet.checkupform", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def save(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What was typed so far; answers one sentence, for the line under the title."""
    page = checkup_page(request.actor, patient)
    form = _form(request, page)
    if not form.is_valid():
        return HttpResponse(_("Une réponse ne peut pas être enregistrée. Relisez-la."))
    try:
        _save(request, page, form, finished=False)
    except DomainError as refusal:
        return HttpResponse(str(refusal.message))
    return HttpResponse(_("Réponses enregistrées."))


@access(resource="carnet.checkupform", action="open", spaces={Space.PATIENT, Space.PRACTICE}, second_factor=True)
@require_safe
def paper(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The answers as a PDF: for the person, and for the practitioner of the visit they are joined to."""
    form = open_checkup(actor=request.actor, checkup=uid)
    due = calendar_of(request.actor, form.patient).due if request.actor.space == Space.PATIENT else ()
    answer = HttpResponse(checkup_file(form, due), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="bilan.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@access(resource="carnet.checkupform", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Join to a visit, or without one take it back."""
    given = request.POST.get("visit", "")
    found = checkups.join_checkup(actor=request.actor, checkup=uid, appointment=_uid(given) if given else None)
    if found.appointment_id:
        messages.success(request, _("Vos réponses sont jointes au rendez-vous : le soignant peut les lire."))
    else:
        messages.success(request, _("Vos réponses ne sont plus jointes à un rendez-vous."))
    return redirect("health:checkup", found.patient.uid)


@access(resource="carnet.checkupform", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def erase(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = checkup_of(request.actor, uid).patient.uid
    checkups.erase_checkup(actor=request.actor, checkup=uid)
    messages.success(request, _("Vos réponses sont effacées."))
    return redirect("health:prevention", person)


def _form(request: HttpRequest, page: CheckupPage) -> CheckupAnswersForm:
    given = request.POST if request.method == "POST" else None
    return CheckupAnswersForm(
        given, questionnaire=page.questionnaire, asks_consent=page.form is None, initial=page.answers
    )


def _save(request: HttpRequest, page: CheckupPage, form: CheckupAnswersForm, *, finished: bool) -> None:
    checkups.save_checkup(
        actor=request.actor,
        patient=page.person.uid,
        questionnaire=page.questionnaire.code,
        answers=form.answers,
        agreed=bool(form.cleaned_data.get("agreed")),
        finished=finished,
    )


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotForYou from error
