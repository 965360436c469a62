"""The home page: search, what the site does and does not do, every specialty."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import access
from portal.selectors import home as selectors


@access.public(reason="The way in for everybody.")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"specialties": selectors.specialties_of_home(), "example": selectors.example_carton()}
    return render(request, "portal/home.html", context)
