"""`/plateforme/contenus/`: the information pages as the platform's staff writes, reads again, publishes and restores them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Space, access
from core.exceptions import DomainError
from portal.forms import HealthTextForm, NewHealthPageForm
from portal.markup import render as render_text
from portal.selectors import health
from portal.services import health_pages

READ = {"GET": "manage"}
WRITE = {"GET": "manage", "POST": "manage"}
ACT = {"POST": "manage"}


@access(resource="portal.healthpage", action=READ, spaces={Space.PLATFORM})
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "platform/content/list.html", {"pages": health.kept_pages(request.actor)})


@access(resource="portal.healthpage", action=WRITE, spaces={Space.PLATFORM})
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NewHealthPageForm(request.POST or None, initial={"version": 0, "language": "fr"})
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return _form_page(request, form, preview=True)
        given = form.cleaned_data
        try:
            page = health_pages.open_page(
                actor=request.actor,
                slug=given["slug"],
                language=given["language"],
                position=given["position"],
                text=form.text(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Brouillon enregistré. Il n’est pas encore en ligne."))
            return redirect("portal:content_version", uid=page.uid, number=1)
    return _form_page(request, form)


@access(resource="portal.healthpage", action=WRITE, spaces={Space.PLATFORM})
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    kept = health.kept_page(request.actor, uid)
    words = HealthTextForm.words_of(kept.newest) | {"version": kept.newest.number}
    form = HealthTextForm(request.POST or None, initial=words)
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return _form_page(request, form, kept, preview=True)
        try:
            version = health_pages.write_version(
                actor=request.actor, page=uid, text=form.text(), expected=form.cleaned_data["version"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Brouillon enregistré. Il n’est pas encore en ligne."))
            return redirect("portal:content_version", uid=uid, number=version.number)
    return _form_page(request, form, kept)


@access(resource="portal.healthpage", action=READ, spaces={Space.PLATFORM})
@require_safe
def history(request: HttpRequest, uid: UUID) -> HttpResponse:
    kept = health.kept_page(request.actor, uid)
    return render(request, "platform/content/history.html", {"kept": kept, "versions": health.versions_of(kept.page)})


@access(resource="portal.healthpage", action=READ, spaces={Space.PLATFORM})
@require_safe
def version(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """One version as the public reads or would read it, with what may be done about it."""
    kept = health.kept_page(request.actor, uid)
    found = health.version_of(kept.page, number)
    context = {"kept": kept, "version": found, "text": render_text(found.body)}
    return render(request, "platform/content/version.html", context)


@access(resource="portal.healthpage", action=ACT, spaces={Space.PLATFORM})
@require_POST
def publish(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    health_pages.publish_version(actor=request.actor, page=uid, number=number)
    messages.success(request, _("La page est en ligne."))
    return redirect("portal:content_version", uid=uid, number=number)


@access(resource="portal.healthpage", action=ACT, spaces={Space.PLATFORM})
@require_POST
def restore(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    restored = health_pages.restore_version(actor=request.actor, page=uid, number=number)
    messages.success(request, _("La version est rétablie et en ligne."))
    return redirect("portal:content_version", uid=uid, number=restored.number)


@access(resource="portal.healthpage", action=ACT, spaces={Space.PLATFORM})
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    health_pages.withdraw_page(actor=request.actor, page=uid)
    messages.success(request, _("La page n’est plus en ligne. Ses versions sont gardées."))
    return redirect("portal:content_history", uid=uid)


def _form_page(
    request: HttpRequest, form: HealthTextForm, kept: health.KeptPage | None = None, *, preview: bool = False
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "kept": kept, "preview": None}
    if preview:
        given = form.text()
        context["preview"] = {"title": given.title, "summary": given.summary, "text": render_text(given.body)}
    return render(request, "platform/content/edit.html", context, status=422 if form.errors else 200)
