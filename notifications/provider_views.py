"""The door by which providers tell what became of messages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.access import access
from notifications import services
from notifications.receipt_signature import HEADER, is_signed


@access.public(reason="Providers tell here what became of a message; each receipt bears the signature of its provider.")
@csrf_exempt
@require_POST
def receive_receipt(request: HttpRequest, provider: str) -> HttpResponse:
    secret = settings.RECEIPT_SECRETS.get(provider)
    if secret is None:
        raise Http404
    if not is_signed(secret, request.body, request.headers.get(HEADER, "")):
        return HttpResponseForbidden()
    return HttpResponse(status=204 if services.keep_receipt(channel=provider, body=request.body) else 400)
