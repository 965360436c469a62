"""Calendar addresses of agendas, and outside calendars read as busy time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_feeds import ConfirmForm, FeedForm, ForgetForm, UploadForm
from booking.selectors.feeds import agendas, outside_calendars
from booking.selectors.feeds import feeds as live_feeds
from booking.services.feeds import FeedRefused, create_feed, revoke_feed
from booking.services.outside_calendar import CalendarRefused, forget_calendar, import_calendar, preview_calendar
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou
from core.idempotency import claim_of

# Two forms share the page.
UPLOAD_IDS = "upload_%s"


@access(resource="booking.feed", action={"GET": "read", "POST": "create"}, spaces={Space.PRACTICE})
@never_cache
@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """The live addresses; a new one is shown once, in the answer to the form that asked for it."""
    mine = agendas(request.actor)
    form, address = FeedForm(request.POST or None, agendas=mine), ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, token = create_feed(
                actor=request.actor,
                agenda=UUID(form.cleaned_data["agenda"]),
                detail=form.cleaned_data["detail"],
                claim=claim_of(request),
            )
        except FeedRefused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            if not token:
                messages.info(request, _("Cet abonnement est déjà créé. Son adresse n’est montrée qu’une fois."))
                return redirect("desk:feeds")
            address, form = request.build_absolute_uri(reverse("booking:feed", args=[token])), FeedForm(agendas=mine)
    context = {
        **_context(request, mine),
        "form": form,
        "address": address,
        "upload": UploadForm(agendas=mine, auto_id=UPLOAD_IDS),
    }
    return render(request, "desk/feeds.html", context, status=422 if form.is_bound and form.errors else 200)


@access(resource="booking.feed", action="revoke", spaces={Space.PRACTICE})
@require_POST
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Close an address at once."""
    revoke_feed(actor=request.actor, feed=uid)
    messages.success(request, _("L’abonnement est révoqué. Son adresse ne répond plus."))
    return redirect("desk:feeds")


@access(resource="booking.absence", action="create", spaces={Space.PRACTICE})
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Look at a calendar: says what would be written, and writes nothing."""
    mine = agendas(request.actor)
    form = UploadForm(request.POST, request.FILES, agendas=mine, auto_id=UPLOAD_IDS)
    if form.is_valid():
        try:
            seen = preview_calendar(
                actor=request.actor,
                agenda=UUID(form.cleaned_data["agenda"]),
                source=form.cleaned_data["source"],
                content=form.content(),
            )
        except CalendarRefused as refusal:
            form.add_error("file", str(refusal.message))
        else:
            signed = ConfirmForm.sign(seen.agenda, seen.source, list(seen.busy), request.actor.user_id)
            zone = seen.agenda.location.timezone
            shown = [(clock.instant(start), clock.instant(end)) for start, end in list(seen.busy)[:20]]
            context = {"seen": seen, "confirm": ConfirmForm(initial={"seen": signed}), "shown": shown, "zone": zone}
            return render(request, "desk/feeds_preview.html", context)
    context = {**_context(request, mine), "form": FeedForm(agendas=mine), "address": "", "upload": form}
    return render(request, "desk/feeds.html", context, status=422)


@access(resource="booking.absence", action="create", spaces={Space.PRACTICE})
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what was looked at."""
    form = ConfirmForm(request.POST)
    seen = form.read() if form.is_valid() else None
    if seen is None or seen["user"] != request.actor.user_id:
        messages.warning(request, _("Cette lecture est trop ancienne. Choisissez de nouveau le fichier."))
        return redirect("desk:feeds")
    busy = [(start, end) for start, end in seen["busy"]]
    try:
        count = import_calendar(
            actor=request.actor, agenda=UUID(seen["agenda"]), source=seen["source"], busy=busy, claim=claim_of(request)
        )
    except CalendarRefused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        said = ngettext("%(count)d plage occupée est notée.", "%(count)d plages occupées sont notées.", count)
        messages.success(request, said % {"count": count})
    return redirect("desk:feeds")


@access(resource="booking.absence", action="delete", spaces={Space.PRACTICE})
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take an outside calendar back."""
    form = ForgetForm(request.POST)
    if not form.is_valid():
        raise NotForYou
    forget_calendar(actor=request.actor, agenda=form.cleaned_data["agenda"], source=form.cleaned_data["source"])
    messages.success(request, _("Ce calendrier est retiré, ses heures sont libres."))
    return redirect("desk:feeds")


def _context(request: HttpRequest, mine: list[Any]) -> dict[str, Any]:
    return {
        "agendas": mine,
        "feeds": list(live_feeds(request.actor)),
        "calendars": outside_calendars(request.actor),
    }
