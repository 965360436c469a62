"""The staff's page of the national register: what the last runs did, and who left with patients to tell."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.selectors.strike_offs import departures
from booking.services.strike_offs import tell_patients
from core.access import Space, access
from core.exceptions import DomainError
from practitioners.register.report import WORDS
from practitioners.selectors.register_runs import reason_of, recent_runs


@access(resource="practitioners.registersnapshot", action="read", spaces={Space.PLATFORM})
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Runs, counts, a sample of the lines put aside, departures."""
    runs = [
        {
            "run": run,
            "counts": [(word, run.people[name]) for name, word in WORDS.items() if run.people.get(name)],
            "sample": [(one, reason_of(one.code)) for one in run.sample],
        }
        for run in recent_runs(request.actor)
    ]
    context = {"runs": runs, "departures": departures(request.actor)}
    return render(request, "platform/register.html", context)


@access(resource="practitioners.strikeoff", action={"POST": "tell"}, spaces={Space.PLATFORM})
@require_POST
def tell(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The decision, once for each person who left."""
    try:
        count = tell_patients(actor=request.actor, strike_off=uid)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        said = ngettext(
            "Le message part pour %(count)s rendez-vous.", "Les messages partent pour %(count)s rendez-vous.", count
        )
        messages.success(
            request, said % {"count": count} if count else _("Aucun rendez-vous à venir\u00a0: personne à prévenir.")
        )
    return redirect("register:runs")
