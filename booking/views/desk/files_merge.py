"""Likely duplicates of the practice, two files side by side, and their merge."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.selectors.files import overlapping_visits, with_counts
from core.access import Space, access
from core.exceptions import DomainError
from patients.selectors.duplicates import Pair, likely_duplicates
from patients.selectors.files import record_of
from patients.services.merging_files import merge_files


@access(resource="patients.record", action="read", spaces={Space.PRACTICE})
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/merge_list.html", {"pairs": likely_duplicates(request.actor)})


@access(resource="patients.record", action={"GET": "read", "POST": "edit"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, uid: UUID, other: UUID) -> HttpResponse:
    """The two files side by side; `uid` is kept. What is said afterwards was read back from the database."""
    pair = Pair(*(record_of(request.actor, one, "keep") for one in (uid, other)))
    refused = ""
    if request.method == "POST":
        try:
            done = merge_files(actor=request.actor, kept=uid, other=other)
        except DomainError as refusal:
            refused = str(refusal.message)
        else:
            said = ngettext(
                "Les deux fiches n’en font plus qu’une : %(n)d rendez-vous, relu dans la base.",
                "Les deux fiches n’en font plus qu’une : %(n)d rendez-vous, relus dans la base.",
                done.visits,
            )
            messages.success(request, said % {"n": done.visits})
            if overlapping_visits(request.actor, done.record):
                messages.warning(request, _("Des rendez-vous à venir se chevauchent : annulez ceux qui sont en trop."))
            return redirect("desk:file", uid=uid)
    sides = [
        {"file": file, "visits": visits, "coming": coming}
        for file, visits, coming in with_counts(request.actor, (pair.first, pair.second))
    ]
    context = {"pair": pair, "sides": sides, "refused": refused}
    return render(request, "desk/merge.html", context, status=409 if refused else 200)
