"""Where billing staff begin: what comes in each month, what is unpaid, what waits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.access import Space, access


@access(resource="billing.books", action={"GET": "read"}, spaces={Space.BILLING})
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "billing/staff/home.html")
