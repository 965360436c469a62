"""The internal page of messages: every one the site sends, by each way. Demo mode, or the platform's team."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import Space, access
from core.exceptions import NotForYou
from portal import message_gallery
from portal.views.demo import LETTER_POLICY

WHY = "In demo mode everybody may look at the messages; elsewhere the platform's team alone, the page does not exist for others."


@access.public(reason=WHY)
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """The kinds, and one of them with every case."""
    _only_inside(request)
    kinds = sorted(message_gallery.samples())
    chosen = request.GET.get("genre", kinds[0])
    if chosen not in kinds:
        raise Http404
    cases = [
        {"language": language, "cases": message_gallery.written_kind(chosen, language)}
        for language in message_gallery.LANGUAGES
    ]
    context = {"families": message_gallery.families(), "chosen": chosen, "languages": cases}
    return render(request, "portal/messages.html", context)


@access.public(reason=WHY)
@require_safe
def letter_page(request: HttpRequest, kind: str, number: int, language: str) -> HttpResponse:
    """An e-mail's HTML as a mail program shows it."""
    _only_inside(request)
    if language not in message_gallery.LANGUAGES or kind not in message_gallery.samples():
        raise Http404
    cases = message_gallery.written_kind(kind, language)
    letter = cases[number].email if number < len(cases) else None
    if letter is None:
        raise Http404
    return HttpResponse(letter.html, headers={"Content-Security-Policy": LETTER_POLICY})


def _only_inside(request: HttpRequest) -> None:
    if not settings.DEMO and request.actor.space != Space.PLATFORM:
        raise NotForYou
