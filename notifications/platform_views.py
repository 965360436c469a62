"""The staff's pages of the work that waits: figures and codes, no person's name, address or visit."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import dead_work, relay, work_counts
from core.access import Space, access
from core.exceptions import DomainError
from notifications import circuits

# The queues by their word in an address: their task, and how they are called.
QUEUES = {
    "messages": ("notifications.send_message", gettext_lazy("Messages")),
    "travaux": ("core.run_job", gettext_lazy("Travaux")),
}
SIGNS = {
    relay.HEARTBEAT: gettext_lazy("Relais"),
    relay.WORKER: gettext_lazy("Exécutants"),
    relay.BEAT: gettext_lazy("Horloge"),
}


@access(resource="core.work", action={"GET": "read"}, spaces={Space.PLATFORM})
def home(request: HttpRequest) -> HttpResponse:
    """Where the staff's space begins: for now, at the work that waits."""
    return redirect("platform:queues")


@access(resource="core.work", action={"GET": "read"}, spaces={Space.PLATFORM})
def queues(request: HttpRequest) -> HttpResponse:
    word, kind = request.GET.get("file", ""), request.GET.get("type", "")[:80]
    chosen = word if word in QUEUES else ""
    figures = {found.task: found for found in work_counts.figures()}
    models = {queue.task: queue.model for queue in relay.queues()}
    shown = [
        {
            "word": name,
            "label": label,
            "figures": figures[task],
            "dead": work_counts.dead_rows(models[task], kind=kind if chosen == name else "")
            if not chosen or chosen == name
            else [],
        }
        for name, (task, label) in QUEUES.items()
    ]
    context = {
        "queues": shown,
        "signs": [(SIGNS[sign.name], sign) for sign in work_counts.signs_of_life()],
        "circuits": circuits.states(),
        "kind": kind if chosen else "",
        "most": work_counts.MOST,
    }
    return render(request, "platform/queues.html", context)


@access(resource="core.work", action={"POST": "retry"}, spaces={Space.PLATFORM})
def retry(request: HttpRequest, queue: str, pk: int) -> HttpResponse:
    return _act(request, queue, pk, dead_work.try_again, _("Il sera de nouveau tenté tout de suite."))


@access(resource="core.work", action={"POST": "let_go"}, spaces={Space.PLATFORM})
def let_go(request: HttpRequest, queue: str, pk: int) -> HttpResponse:
    return _act(request, queue, pk, dead_work.let_go, _("Il est classé."))


def _act(request: HttpRequest, queue: str, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    if queue not in QUEUES:
        raise Http404
    try:
        act(actor=request.actor, task=QUEUES[queue][0], pk=pk)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect(reverse("platform:queues") + f"#{queue}")
