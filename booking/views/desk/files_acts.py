"""The acts on a patient's file: closing online booking, a death, a link to the person's account, an absence withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_files import BlockForm, DeathForm
from booking.selectors.appointments import visit
from booking.selectors.files import file_page
from booking.services.contest import withdraw_mark
from booking.services.deceased import record_death, undo_death
from core.access import Space, access
from core.exceptions import DomainError
from core.phrasing import phone_text, when_text
from patients.selectors.files import record_of
from patients.services.blocking import block_online, unblock_online
from patients.services.file_links import send_file_link, send_imported_links


@access(resource="patients.record", action={"GET": "read", "POST": "edit"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks, then closes online booking at this practice for the person."""
    file = record_of(request.actor, uid, "keep")
    form = BlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        block_online(actor=request.actor, record=uid, reason=form.cleaned_data["reason"])
        messages.success(request, _("La réservation en ligne est fermée à cette personne, dans ce cabinet."))
        return redirect("desk:file", uid=uid)
    return render(
        request,
        "desk/file_block.html",
        {"file": file, "form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@access(resource="patients.record", action="edit", spaces={Space.PRACTICE})
@require_POST
def unblock(request: HttpRequest, uid: UUID) -> HttpResponse:
    unblock_online(actor=request.actor, record=uid)
    messages.success(request, _("La réservation en ligne est rouverte à cette personne."))
    return redirect("desk:file", uid=uid)


@access(resource="patients.record", action={"GET": "read", "POST": "edit"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def death(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks first, and says what will be freed without a word to anybody."""
    page = file_page(request.actor, uid, "keep")
    form = DeathForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            freed = record_death(actor=request.actor, record=uid, died_on=form.cleaned_data["died_on"])
        except DomainError as refusal:
            form.add_error("died_on" if refusal.code == "death_date" else None, str(refusal.message))
        else:
            done = ngettext(
                "Le décès est noté ; %(n)d rendez-vous est libéré. Aucun message ne part.",
                "Le décès est noté ; %(n)d rendez-vous sont libérés. Aucun message ne part.",
                freed,
            )
            messages.success(request, done % {"n": freed})
            return redirect("desk:file", uid=uid)
    context = {"page": page, "file": page.record, "form": form}
    return render(request, "desk/file_death.html", context, status=422 if form.is_bound and form.errors else 200)


@access(resource="patients.record", action="edit", spaces={Space.PRACTICE})
@require_POST
def revive(request: HttpRequest, uid: UUID) -> HttpResponse:
    try:
        done = undo_death(actor=request.actor, record=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("desk:file", uid=uid)
    standing = ngettext(
        "Le décès n’est plus noté\u00a0; %(n)d rendez-vous est rétabli, sans message.",
        "Le décès n’est plus noté\u00a0; %(n)d rendez-vous sont rétablis, sans message.",
        len(done.restored),
    )
    messages.success(request, standing % {"n": len(done.restored)})
    if done.left:
        times = [
            f"{when_text(visit.start_at, visit.agenda.location.timezone)}, {visit.performer.display_name}"
            for visit in done.left
        ]
        text = _("L’heure n’est plus libre, ou l’annulation est connue\u00a0: %(times)s. Rien n’est rétabli là.")
        messages.warning(request, text % {"times": "\u00a0; ".join(times)})
    if done.unseen:
        text = ngettext(
            "%(n)d rendez-vous d’un agenda qui n’est pas le vôtre reste annulé.",
            "%(n)d rendez-vous d’agendas qui ne sont pas les vôtres restent annulés.",
            done.unseen,
        )
        messages.warning(request, text % {"n": done.unseen})
    return redirect("desk:file", uid=uid)


@access(resource="patients.record", action="link", spaces={Space.PRACTICE})
@require_POST
def send_link(request: HttpRequest, uid: UUID) -> HttpResponse:
    file = record_of(request.actor, uid, "keep")
    try:
        channel = send_file_link(actor=request.actor, record=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        to = file.email if channel == "email" else phone_text(file.phone)
        messages.success(request, _("Le code de rattachement part à %(to)s.") % {"to": to})
    return redirect("desk:file", uid=uid)


@access(resource="patients.record", action="link", spaces={Space.PRACTICE})
@require_POST
def send_links(request: HttpRequest) -> HttpResponse:
    """Every imported patient who can be reached gets a code, once."""
    waiting = send_imported_links(actor=request.actor)
    done = ngettext(
        "Un code de rattachement part à %(n)d patient.", "Un code de rattachement part à %(n)d patients.", waiting
    )
    messages.success(request, done % {"n": waiting})
    return redirect("desk:imports")


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back the absence noted at a visit."""
    found = visit(request.actor, uid)
    withdraw_mark(actor=request.actor, appointment=uid)
    messages.success(request, _("L’absence est retirée : elle ne compte plus."))
    if found.record is None:
        return redirect("desk:files")
    return redirect("desk:file", uid=found.record.uid)
