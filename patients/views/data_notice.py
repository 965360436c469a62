"""What a practice keeps on somebody it writes to, and the objection to its messages, by the link of the first of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import access
from core.exceptions import NotForYou
from patients.services.data_notice import accept_messages, noticed_file, object_to_messages

ACTS = {"refuser": object_to_messages, "accepter": accept_messages}


@access.public(
    reason="The link of the first message of a practice; it names nobody on opening and acts on a button only"
)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data_notice(request: HttpRequest, token: str) -> HttpResponse:
    """On opening, the rights; who holds the data is told on asking, so that what scans links learns nothing."""
    try:
        file = noticed_file(token)
        act = request.POST.get("act", "") if request.method == "POST" else ""
        if act in ACTS:
            file = ACTS[act](actor=request.actor, token=token)
    except NotForYou:
        raise Http404 from None
    shown = request.method == "POST"
    context = {"practice": file.practice if shown else None, "refused": shown and file.messages_refused_at is not None}
    response = render(request, "patients/data_notice.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
