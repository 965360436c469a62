"""The demo's own page: enter as one of its people, and read every e-mail and SMS. There is none outside demo mode."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.access import access
from core.exceptions import NotForYou
from notifications.enums import ChannelName
from portal import demo_mailbox
from portal.services.demo import enter_demo

View = Callable[..., HttpResponse]

WHY = "the demo shows itself to whoever runs it, on one machine; it does not exist elsewhere"
# A letter is a page of its own, as a mail program shows it: its styles are inside it, and it may do nothing else.
LETTER_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
DOWNLOADABLE = ("text/calendar", "application/pdf")


def demo_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise NotForYou
        return view(request, *args, **kwargs)

    return login_not_required(never_cache(guarded))


@access.public(reason=WHY)
@demo_only
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/demo.html", {"mailbox": demo_mailbox.mailbox(request.GET.get("a", "")[:320])})


@access.public(reason=WHY)
@demo_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    enter_demo(actor=request.actor, request=request, email=request.POST.get("email", ""))
    return redirect(settings.LOGIN_REDIRECT_URL)


@access.public(reason=WHY)
@demo_only
@require_safe
def letter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An e-mail as a mail program would show it."""
    entry = demo_mailbox.entry(uid)
    if entry is None or not entry.html:
        raise NotForYou
    return HttpResponse(entry.html, headers={"Content-Security-Policy": LETTER_POLICY})


@access.public(reason=WHY)
@demo_only
@require_POST
def reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the person who got this SMS answers: a double brings it as a provider would."""
    entry = demo_mailbox.entry(uid)
    if entry is None or entry.channel != ChannelName.SMS:
        raise NotForYou
    demo_mailbox.answer(entry, request.POST.get("text", "")[:300])
    return redirect(f"{reverse('demo:mailbox')}?{urlencode({'a': entry.to})}#messages")


@access.public(reason=WHY)
@demo_only
@require_safe
def attachment(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    part = demo_mailbox.attachment(uid, pk)
    if part is None:
        raise NotForYou
    known = part.mimetype.partition(";")[0] in DOWNLOADABLE
    response = HttpResponse(bytes(part.content), content_type=part.mimetype if known else "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, part.name)
    return response
