"""The door by which the card service tells what became of payments."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.services.gateway_events import LARGEST_BODY, keep_event
from core.access import access


@access.public(reason="Stripe tells here what became of payments; each event bears its signature.")
@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Kept and answered at once; what it means is read by a job. One answer for every event that is not theirs."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        return HttpResponse(status=413)
    signature = request.headers.get("Stripe-Signature", "")
    kept = keep_event(actor=request.actor, body=request.body, signature=signature)
    return HttpResponse(status=200 if kept else 400)
