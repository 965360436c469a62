"""The doors of e-mail: where its service tells what became of letters, and where a mail program leaves a list for somebody."""

from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.access import access
from notifications.services.email_events import keep_email_events
from notifications.services.preferences import stop_reminders
from notifications.stop_links import read_stop

_READERS: dict[str, Any] = {
    "brevo": BrevoTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
}
# What RFC 8058 has a mail program send.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@access.public(reason="The e-mail service tells here what became of letters; it gives the secret shared with it.")
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive_email_events(request: HttpRequest, service: str) -> HttpResponse:
    """The service that `EMAIL_URL` names, and no other; no address without the secret (`EMAIL_WEBHOOK_SECRET`)."""
    if service != settings.EMAIL_SERVICE or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    reader = _READERS[service]()
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden()
    if request.method == "HEAD":
        return HttpResponse()
    try:
        events = reader.parse_events(request)
    except (AnymailError, ImproperlyConfigured, LookupError, ValueError, TypeError, AttributeError):
        return HttpResponse(status=400)
    keep_email_events(events)
    return HttpResponse(status=204)


@access.public(reason="A mail program ends such letters for its reader, who need not sign in (RFC 8058)")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Ends what the signed link names when a mail program says so; a person who opens it is asked first."""
    if read_stop(token) is None:
        raise Http404
    if request.method != "POST":
        return redirect("notifications:stop", token)
    name, value = ONE_CLICK
    if request.POST.get(name) != value:
        return HttpResponse(status=400)
    stop_reminders(actor=request.actor, token=token)
    return HttpResponse(status=200)
