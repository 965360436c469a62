"""Pages to read: help, ranking, legal, privacy, accessibility; and robots.txt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from core.access import access
from core.exceptions import NotForYou
from portal import help as help_pages


@access.public(reason="Help is for everybody.")
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help_index.html", {"topics": help_pages.TOPICS})


@access.public(reason="Help is for everybody.")
@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    found = help_pages.topic_of(topic)
    if found is None:
        raise NotForYou
    others = [other for other in help_pages.TOPICS if other is not found]
    return render(request, found.template, {"topic": found, "others": others})


@access.public(reason="How results are ranked is owed to everybody.")
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/ranking.html")


@access.public(reason="Who runs the site is owed to everybody.")
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/legal.html")


@access.public(reason="What happens to data is owed to everybody.")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


@access.public(reason="The accessibility statement is owed to everybody.")
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@access.public(reason="Robots read it without an account.")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    body = render_to_string("portal/robots.txt", {"site": request.build_absolute_uri("/")})
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
