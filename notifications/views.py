"""The page of the bell (a person's notifications in the space where they act), and the end of reminders by a link."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from core.access import access
from notifications import selectors, services
from notifications.services import preferences
from notifications.stop_links import read_stop
from notifications.topics import OPTIONAL


@access(resource="notifications.message", action={"GET": "read"})
def bells(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("page", "1")
    page = selectors.bell_page(request.actor, int(asked) if asked.isdecimal() and len(asked) < 4 else 1)
    return render(request, "notifications/bells.html", {"page": page})


@access(resource="notifications.message", action={"POST": "mark_read"})
def open_bell(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Marks the notification as read and goes where it leads."""
    bell = services.mark_read(actor=request.actor, uid=uid)
    if bell.link and url_has_allowed_host_and_scheme(bell.link, allowed_hosts=None):
        return redirect(bell.link)
    return redirect("notifications:bells")


@access(resource="notifications.message", action={"POST": "mark_read"})
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(actor=request.actor)
    return redirect("notifications:bells")


@access.public(reason="A link in a message ends such messages without signing in")
@require_http_methods(["GET", "HEAD", "POST"])
def stop_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Asks before ending what the signed link names: mail scanners open links, they press no button.

    Who has no account chooses there, topic by topic, what else goes to this address.
    """
    stop = read_stop(token)
    if stop is None:
        raise Http404
    done = ""
    if request.method == "POST" and request.POST.get("choix") and stop.user_id is None:
        topics = [topic for topic in OPTIONAL if topic in request.POST.getlist("topics")]
        discreet = request.POST.get("discreet") == "on"
        preferences.choose_at_address(actor=request.actor, token=token, topics=topics, discreet=discreet)
        done = "chosen"
    elif request.method == "POST":
        preferences.stop_reminders(actor=request.actor, token=token)
        done = "stopped"
    context = {"channel": stop.channel.value, "topic": stop.topic, "done": done, "choice": selectors.choice_of(stop)}
    return render(request, "notifications/stop.html", context)
