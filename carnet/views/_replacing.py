"""A newer file in place of a document's: what both sides do with the form, whoever's service receives it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from carnet.forms import VersionForm
from carnet.models import Document
from carnet.selectors.documents import DocumentPage, document_page
from core.exceptions import DomainError, NotForYou
from core.idempotency import claim_of


def replace_file(
    request: HttpRequest,
    uid: UUID,
    *,
    service: Callable[..., Document],
    may_replace: Callable[[DocumentPage], bool],
    back: str,
    done: str,
) -> HttpResponse:
    """Hands the file to the service and goes `back` to the page, with `done` or the refusal on it. Raises NotForYou."""
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        # Whose it is comes first: who only reads it learns nothing from the form.
        if not may_replace(document_page(request.actor, uid)):
            raise NotForYou
        messages.error(request, _("Choisissez le nouveau fichier."))
        return redirect(back, uid)
    upload, revision = form.cleaned_data["files"][0], form.cleaned_data["revision"]
    try:
        service(actor=request.actor, document=uid, upload=upload, expected_revision=revision, claim=claim_of(request))
    except NotForYou:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, done)
    return redirect(back, uid)
