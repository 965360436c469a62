"""Writing to many patients: chosen, written, looked at, confirmed; followed and stopped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.broadcasts import PER_MINUTE
from booking.forms_broadcast import FIELD_OF, BroadcastForm
from booking.messages_broadcast import written
from booking.models import Broadcast
from booking.selectors.broadcasts import Reached, broadcast, broadcasts, figures_of, preview
from booking.selectors.setup import agendas_arranged
from booking.services.broadcasts import Plan, Wording, plan_broadcast, send_broadcast, stop_broadcast
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from core.forms import with_new_token
from core.idempotency import claim_of
from notifications.sms_text import sms_text
from notifications.stop_links import stop_path
from notifications.topics import Topic

PRACTICE = {Space.PRACTICE}
# As long as those of a reader, so that the preview costs as many SMS.
PAGE, READER = "/mes-rendez-vous/", "lecteur"


@access(resource="booking.broadcast", action={"GET": "manage", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """What was written, and the form; it shows the message and counts its readers before it asks to confirm."""
    agendas = agendas_arranged(request.actor)
    if not agendas:
        raise NotForYou
    if request.method != "POST":
        start = {"agendas": [str(agendas[0].uid)] if len(agendas) == 1 else []}
        return _page(request, BroadcastForm(agendas=agendas, initial=start))
    form, status, look = BroadcastForm(request.POST, agendas=agendas), 422, None
    if form.is_valid():
        try:
            if request.POST.get("faire") == "envoyer":
                row = send_broadcast(
                    actor=request.actor, choice=form.choice(), wording=form.wording(), claim=claim_of(request)
                )
                messages.success(request, _("Le message part dans cinq minutes. Vous pouvez l’arrêter à tout moment."))
                return redirect("desk:broadcast", uid=row.uid)
            plan = plan_broadcast(request.actor, form.choice(), form.wording())
            look, status = _look(plan, form.wording()), 200
        except DomainError as refusal:
            status = refusal.status
            again = BroadcastForm(with_new_token(request), agendas=agendas)
            again.is_valid()
            again.add_error(FIELD_OF.get(refusal.code), str(refusal.message))
            form = again
    return _page(request, form, look=look, status=status)


@access(resource="booking.broadcast", action="manage", spaces=PRACTICE)
@require_safe
def follow(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of them: its words, how far it got."""
    found = broadcast(request.actor, uid)
    figures = figures_of([found])[found.pk]
    context = {
        "broadcast": found,
        "figures": figures,
        "is_running": found.stopped_at is None and _goes_on(found, figures),
    }
    return render(request, "desk/broadcast.html", context)


@access(resource="booking.broadcast", action="manage", spaces=PRACTICE)
@require_POST
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Calls back what was not sent yet."""
    row = stop_broadcast(actor=request.actor, broadcast=uid)
    if row.void:
        messages.success(request, _("Le message est arrêté : personne ne l’a reçu."))
    else:
        messages.success(request, _("Le message est arrêté. Ceux qui l’ont déjà reçu le gardent."))
    return redirect("desk:broadcast", uid=uid)


def _page(request: HttpRequest, form: BroadcastForm, *, look: Any = None, status: int = 200) -> HttpResponse:
    lines = [
        {"broadcast": row, "figures": figures, "is_running": row.stopped_at is None and _goes_on(row, figures)}
        for row, figures in broadcasts(request.actor)
    ]
    context = {"form": form, "look": look, "lines": lines, "per_minute": PER_MINUTE}
    return render(request, "desk/broadcasts.html", context, status=status)


def _goes_on(row: Broadcast, figures: dict[str, int]) -> bool:
    return row.listed_at is None or bool(figures["waiting"])


def _look(plan: Plan, wording: Wording) -> dict[str, Any]:
    """The very message, in each language, and its readers."""
    reached: Reached = preview(plan.practice.pk, plan.audience, plan.zone, by_sms=bool(wording.sms))
    draft = Broadcast(
        practice=plan.practice,
        text=wording.text,
        text_en=wording.text_en,
        sms=wording.sms,
        sms_en=wording.sms_en,
    )
    stops = {channel: stop_path(channel, address=READER, topic=Topic.BROADCAST) for channel in ("email", "sms")}
    languages = ["fr", *(["en"] if wording.text_en or wording.sms_en else [])]
    shown = []
    for language in languages:
        with translation.override(language):
            letter = written(draft, "email", "", link=PAGE, stop=stops["email"])
            short = sms_text(written(draft, "sms", "", link="", stop=stops["sms"]).text) if wording.sms else None
        shown.append({"language": language, "subject": letter.subject, "text": letter.text, "sms": short})
    minutes = -(-reached.total // PER_MINUTE) if reached.total > 0 else 0
    return {"reached": reached, "shown": shown, "minutes": minutes}
