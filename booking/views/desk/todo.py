"""The practice's tasks: one list for all, and the patients to be called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_todo import TaskForm
from booking.models import Task
from booking.selectors.receipts import count_unreached
from booking.selectors.todo import CALLS, calls, colleagues, done_tasks, is_late, open_tasks, practice_today, task
from booking.services.todo import TaskRefused, add_task, change_task, finish_task, reopen_task
from core.access import Space, access
from core.idempotency import claim_of

PER_PAGE = 50
VIEWS = {"": gettext_lazy("À faire"), "miennes": gettext_lazy("Les miennes"), "faites": gettext_lazy("Faites")}


@access(resource="booking.task", action={"GET": "work", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    """The calls to make, what is to be done, and the form that adds to it."""
    members = colleagues(request.actor)
    start = {"record": request.GET.get("fiche"), "appointment": request.GET.get("rdv")}
    form = TaskForm(request.POST or None, members=members, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            add_task(actor=request.actor, fields=form.wanted(), claim=claim_of(request))  # type: ignore[arg-type]
        except TaskRefused as refusal:
            form.add_error("about" if refusal.code.startswith("task_empty") else None, str(refusal.message))
        else:
            messages.success(request, _("La tâche est notée."))
            return redirect("desk:tasks")
    context = {**_lists(request), "form": form}
    return render(request, "desk/tasks.html", context, status=422 if form.is_bound else 200)


@access(resource="booking.task", action={"GET": "work", "POST": "change"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One task: its words, its date, its person."""
    found = task(request.actor, uid)
    start = {name: getattr(found, name) for name in ("kind", "about", "due_on")} | {"assignee": found.assignee_id}
    form = TaskForm(request.POST or None, members=colleagues(request.actor), initial=start)
    if found.kind in CALLS:
        del form.fields["kind"]
    if request.method == "POST" and form.is_valid():
        try:
            change_task(actor=request.actor, task=uid, changes=form.wanted())  # type: ignore[arg-type]
        except TaskRefused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("La tâche est changée."))
            return redirect("desk:tasks")
    context = {"form": form, "task": found}
    return render(request, "desk/tasks_change.html", context, status=422 if form.is_bound else 200)


@access(resource="booking.task", action="change", spaces={Space.PRACTICE})
@require_POST
def done(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tick."""
    found = finish_task(actor=request.actor, task=uid)
    told = found.kind in CALLS
    messages.success(request, _("Patient prévenu : c’est noté.") if told else _("Tâche faite."))
    return redirect(_back(request))


@access(resource="booking.task", action="change", spaces={Space.PRACTICE})
@require_POST
def reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a tick back."""
    reopen_task(actor=request.actor, task=uid)
    messages.success(request, _("La tâche est de nouveau à faire."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the tick was on, if it is one of ours."""
    wanted = request.POST.get("retour", "")
    safe = wanted.startswith("/cabinet/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else reverse("desk:tasks")


def _lists(request: HttpRequest) -> dict[str, Any]:
    actor, chosen = request.actor, request.GET.get("voir", "")
    chosen = chosen if chosen in VIEWS else ""
    rows = done_tasks(actor) if chosen == "faites" else open_tasks(actor, mine=chosen == "miennes")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    today, here = practice_today(), reverse("desk:tasks")
    return {
        "calls": [] if chosen == "faites" else calls(actor),
        "unreached": count_unreached(actor),
        "lines": [_line(row, late=is_late(row, today)) for row in page],
        "page": page,
        "chosen": chosen,
        "tabs": [
            {"label": label, "url": f"{here}?voir={name}" if name else here, "current": name == chosen}
            for name, label in VIEWS.items()
        ],
    }


def _line(row: Task, *, late: bool) -> dict[str, Any]:
    visit = row.appointment
    return {
        "task": row,
        "late": late,
        "patient": row.record.display_name if row.record else "",
        "file": row.record.uid if row.record else "",
        "who": row.assignee.salutation if row.assignee else "",
        "visit": visit,
        "zone": visit.agenda.location.timezone if visit else "",
    }
