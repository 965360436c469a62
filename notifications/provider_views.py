"""The doors by which providers tell what became of messages, and bring the replies to our SMS."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.access import access
from notifications import services
from notifications.receipt_signature import HEADER, is_signed
from notifications.services.replies import keep_reply


@access.public(reason="Providers tell here what became of a message; each receipt bears the signature of its provider.")
@csrf_exempt
@require_POST
def receive_receipt(request: HttpRequest, provider: str) -> HttpResponse:
    if not _is_theirs(request, provider):
        return HttpResponseForbidden()
    return HttpResponse(status=204 if services.keep_receipt(channel=provider, body=request.body) else 400)


@access.public(reason="The provider brings here the replies to our SMS; each bears its signature.")
@csrf_exempt
@require_POST
def receive_reply(request: HttpRequest, provider: str) -> HttpResponse:
    """Kept and answered at once; what it means is read by a job."""
    if not _is_theirs(request, provider):
        return HttpResponseForbidden()
    return HttpResponse(status=204 if keep_reply(request.body) else 400)


def _is_theirs(request: HttpRequest, provider: str) -> bool:
    secret = settings.RECEIPT_SECRETS.get(provider)
    if secret is None:
        raise Http404
    return is_signed(secret, request.body, request.headers.get(HEADER, ""))
