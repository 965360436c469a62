"""The personal calendar of prevention, one piece of advice with who can do it, and the choices a person makes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.checkups import QUESTIONNAIRES
from carnet.conditions import questions_for
from carnet.forms_health import show_refusal
from carnet.forms_prevention import DoneForm, PlaceForm, QuestionsForm, TermForm, ThemesForm
from carnet.prevention.ages import Age, after
from carnet.prevention.facts import State
from carnet.prevention_ics import prevention_file
from carnet.selectors.checkups import may_answer
from carnet.selectors.digest import digest_of
from carnet.selectors.health import profile_page
from carnet.selectors.prevention import (
    Advice,
    advice_of,
    calendar_of,
    conditions_of,
    may_agree,
    person_of_health,
    themes_of,
)
from carnet.selectors.who import who_may
from carnet.services import health, prevention
from carnet.services.health_reading import open_prevention
from carnet.stop_links import read_stop, stop_path
from carnet.views._frame import frame
from core import clock
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from patients.majority import PARIS
from patients.models import Patient
from patients.selectors import own_identity, people_of


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One's own calendar; without an identity, the page that gives one."""
    own = own_identity(request.actor)
    return redirect("health:prevention", own.uid) if own else redirect("patients:identity")


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def calendar(request: HttpRequest, patient: UUID) -> HttpResponse:
    person = open_prevention(actor=request.actor, patient=patient)
    context = {
        **frame(request, person, "prevention"),
        "calendar": calendar_of(request.actor, person),
        "people": people_of(request.actor, "open_health"),
        "themes": themes_of(request.actor, person),
        "may_agree": may_agree(request.actor, person),
    }
    return render(request, "carnet/prevention/calendar.html", context)


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def advice(request: HttpRequest, patient: UUID, code: str) -> HttpResponse:
    """One piece of advice: why, from where, and who near a place may do it, in the order of the directory."""
    return _advice(request, patient, code, DoneForm())


@access(resource="carnet.preventionact", action="add", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def done(request: HttpRequest, patient: UUID, code: str) -> HttpResponse:
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            prevention.declare_done(
                actor=request.actor, patient=patient, code=code, done_on=form.cleaned_data["done_on"]
            )
        except DomainError as refusal:
            if refusal.code == "unknown_rule":
                raise NotForYou from refusal
            show_refusal(form, "done_on", refusal.message)
        else:
            messages.success(request, _("C’est noté dans le carnet, comme déclaré par vous."))
            return redirect("health:advice", patient, code)
    return _advice(request, patient, code, form)


@access(resource="carnet.preventionact", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def undo(request: HttpRequest, patient: UUID, uid: UUID) -> HttpResponse:
    prevention.undo_done(actor=request.actor, act=uid)
    messages.success(request, _("Ce n’est plus noté comme fait."))
    return redirect("health:prevention", patient)


@access(resource="carnet.preventionrefusal", action="add", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def refuse(request: HttpRequest, patient: UUID, code: str) -> HttpResponse:
    """Hear no more of this; or, with `reprendre`, hear of it again."""
    if "reprendre" in request.POST:
        prevention.take_back_refusal(actor=request.actor, patient=patient, code=code)
        messages.success(request, _("Ce conseil reviendra quand il vous concernera."))
    else:
        try:
            prevention.refuse_rule(actor=request.actor, patient=patient, code=code)
        except DomainError as refusal:
            if refusal.code == "unknown_rule":
                raise NotForYou from refusal
            raise
        messages.success(request, _("Nous ne vous en parlerons plus. Vous pouvez revenir sur ce choix."))
    return redirect("health:prevention", patient)


@access(
    resource="carnet.healthprofile",
    action={"GET": "read", "POST": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What prevention may know: yes, no, or no answer to each question, and the expected day of a birth."""
    page = profile_page(request.actor, patient)
    person = page.person
    is_baby = after(person.birth_date, Age(2)) > clock.today(PARIS)
    asked = questions_for(person.sex, is_baby=is_baby)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None, questions=asked, given=conditions_of(request.actor, person)
    )
    with_term = person.sex != "M" and not is_baby
    term = (
        TermForm(request.POST if request.method == "POST" else None, initial={"term": page.profile.term})
        if with_term
        else None
    )
    if request.method == "POST" and form.is_valid() and (term is None or term.is_valid()):
        try:
            health.answer_conditions(actor=request.actor, patient=patient, answers=form.answers)
            if term is not None and term.cleaned_data["term"] != page.profile.term:
                health.change_profile(actor=request.actor, patient=patient, changes=term.cleaned_data)
        except DomainError as refusal:
            show_refusal(term or form, "term", refusal.message)
        else:
            messages.success(request, _("Vos réponses sont enregistrées."))
            return redirect("health:prevention", patient)
    failed = bool(form.errors or (term and term.errors))
    context = {"form": form, "term": term, "person": person}
    return render(request, "carnet/prevention/questions.html", context, status=422 if failed else 200)


@access(
    resource="carnet.preventionconsent",
    action={"GET": "read", "POST": "choose"},
    spaces={Space.PATIENT},
    second_factor=True,
)
@require_http_methods(["GET", "HEAD", "POST"])
def themes(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Agree, theme by theme, to be told; nothing is ticked at first."""
    person = person_of_health(request.actor, patient)
    if not may_agree(request.actor, person):
        raise NotForYou
    form = ThemesForm(
        request.POST if request.method == "POST" else None, initial={"themes": sorted(themes_of(request.actor, person))}
    )
    if request.method == "POST" and form.is_valid():
        chosen = prevention.choose_themes(actor=request.actor, patient=patient, themes=form.cleaned_data["themes"])
        messages.success(
            request,
            _("Vos choix sont enregistrés.") if chosen else _("Vous ne recevrez aucun message de prévention."),
        )
        return redirect("health:prevention", patient)
    context = {"form": form, "person": person}
    return render(request, "carnet/prevention/themes.html", context, status=422 if form.errors else 200)


@access(resource="patients.patient", action="open_health", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def agenda_file(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The dates of the calendar, for one's own agenda."""
    person = open_prevention(actor=request.actor, patient=patient)
    url = request.build_absolute_uri(reverse("health:prevention", args=[person.uid]))
    content = prevention_file(calendar_of(request.actor, person), url=url)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer["Content-Disposition"] = 'attachment; filename="carnet.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@access(resource="carnet.preventiondigest", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def digest(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A message of prevention as it stands today."""
    found, told = digest_of(request.actor, uid)
    context = {"digest": found, "told": told, "stop": stop_path(found.user_id)}
    return render(request, "carnet/prevention/digest.html", context)


@access.public(reason="A link in a message ends such messages without signing in")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks before ending the messages of the signed link's account: mail scanners open links, they press no button."""
    user = read_stop(token)
    if user is None:
        raise NotForYou
    if request.method == "POST":
        prevention.stop_messages(actor=request.actor, user_id=user)
    return render(request, "carnet/prevention/stop.html", {"done": request.method == "POST"})


def _has_checkup(request: HttpRequest, person: Patient, found: Advice) -> bool:
    asked = found.code in QUESTIONNAIRES and found.state not in (State.TOO_EARLY, State.NOT_CONCERNED)
    return asked and may_answer(request.actor, person)


def _advice(request: HttpRequest, patient: UUID, code: str, form: DoneForm) -> HttpResponse:
    person = person_of_health(request.actor, patient)
    found = advice_of(request.actor, person, code)
    place = PlaceForm(request.GET if "ou" in request.GET else None)
    where = place.cleaned_data["ou"] if place.is_valid() else ""
    who = place.cleaned_data["qui"] if place.is_valid() else ""
    context = {
        "person": person,
        "advice": found,
        "has_checkup": _has_checkup(request, person, found),
        "form": form,
        "place": place,
        "who": who_may(request.actor, found.answer.rule, where=where, specialty=who),
    }
    return render(request, "carnet/prevention/advice.html", context, status=422 if form.errors else 200)
