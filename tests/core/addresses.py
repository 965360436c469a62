"""Addresses that exist for the tests of `core` alone, beside those of the site (the layout links to them)."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.generic import View
from psycopg import errors
from rest_framework import serializers
from rest_framework.response import Response

from core.access import Space, access
from core.access.declarations import ATTRIBUTE
from core.api import ApiView, IdempotentMixin
from core.exceptions import DomainError

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"


def _database_error(kind, state):
    error = kind("the database said so")
    error.__cause__ = state("the database said so") if state else None
    return error


FAULTS = {
    "domain": lambda: DomainError("slot_taken", "Cette heure vient d’être prise.", status=409, alternatives=["a"]),
    "limit": lambda: DomainError("too_many_requests", "Trop.", status=429, retry_after=30),
    "missing": lambda: Http404("secret"),
    "denied": lambda: PermissionDenied("secret"),
    "suspicious": lambda: SuspiciousOperation("secret"),
    "down": lambda: _database_error(OperationalError, None),
    "stopping": lambda: _database_error(OperationalError, errors.AdminShutdown),
    "busy": lambda: _database_error(OperationalError, errors.LockNotAvailable),
    "value": lambda: _database_error(DataError, errors.NumericValueOutOfRange),
    "encoding": lambda: "\ud800".encode() and None,
    "ours": lambda: RuntimeError("secret"),
}


def _raise(fault):
    error = FAULTS[fault]()
    raise error


@access.public(reason="tests")
def public_page(request, fault=""):
    if fault:
        _raise(fault)
    return JsonResponse({"user": request.actor.user_id, "session": request.actor.session, "ip": request.actor.ip})


def _page(request):
    return JsonResponse({"space": request.actor.space, "practice": request.actor.practice_id})


@access(resource="tests.page", spaces={Space.PATIENT})
def patient_page(request):
    return _page(request)


@access(resource="tests.page", action={"GET": "read"}, spaces={Space.PRACTICE})
def practice_page(request):
    return _page(request)


@access(resource="tests.page", spaces={Space.PLATFORM})
def platform_page(request):
    return _page(request)


@access.public(reason="tests")
def cached_page(request):
    response = HttpResponse("page")
    response["Cache-Control"] = "public, max-age=60"
    if "cookie" in request.GET:
        response.set_cookie("other", "1")
    return response


@access.public(reason="tests")
def form_page(request):
    return HttpResponse(request.POST.get("name", ""))


@access.public(reason="tests")
class StrangeView(View):
    """Breaks on what it does not expect, as some views of libraries do."""

    def dispatch(self, request, *args, **kwargs):
        assert request.method in {"GET", "HEAD"}
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return HttpResponse("strange")


def narrow_page(request):
    assert request.method == "GET"
    return HttpResponse("narrow")


setattr(narrow_page, ATTRIBUTE, access.public_spec("tests", methods=("GET",)))


def undeclared_page(request):
    return HttpResponse("open to all")


class Entry(serializers.Serializer):
    name = serializers.CharField(max_length=5)
    days = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False)


class Numbered(serializers.Serializer):
    number = serializers.IntegerField()


@access.public(reason="tests")
class PublicApi(ApiView):
    def get(self, request, fault=""):
        if fault:
            _raise(fault)
        actor = request.actor
        return Response({"user": actor.user_id, "space": actor.space, "session": actor.session, "strong": actor.strong})

    def post(self, request, fault=""):
        entry = Entry(data=request.data)
        entry.is_valid(raise_exception=True)
        return Response({"session": request.actor.session, "name": entry.data["name"]}, status=201)


@access(resource="tests.api", spaces={Space.PATIENT})
class PatientApi(PublicApi):
    pass


@access(resource="tests.api", spaces={Space.PRACTICE})
class PracticeApi(PublicApi):
    pass


@access(resource="tests.api", spaces={Space.PATIENT})
class OnceApi(IdempotentMixin, ApiView):
    def post(self, request):
        return Response({"operation": self.claim.operation, "hash": self.claim.body_hash, "name": request.data["name"]})


@access.public(reason="tests")
class ListApi(ApiView):
    def get(self, request):
        return self.page([{"number": number} for number in range(45)], Numbered)


class UndeclaredApi(ApiView):
    def get(self, request):
        return Response("open to all")


urlpatterns = [
    path("t/public/", public_page, name="t_public"),
    path("t/public/<str:fault>/", public_page),
    path("t/patient/", patient_page, name="t_patient"),
    path("t/practice/", practice_page),
    path("t/platform/", platform_page),
    path("t/cached/", cached_page),
    path("t/form/", form_page),
    path("t/undeclared/", undeclared_page),
    path("t/strange/", StrangeView.as_view()),
    path("t/narrow/", narrow_page),
    path("api/t/public", PublicApi.as_view()),
    path("api/t/public/<str:fault>", PublicApi.as_view()),
    path("api/t/patient", PatientApi.as_view()),
    path("api/t/practice", PracticeApi.as_view()),
    path("api/t/once", OnceApi.as_view(), name="t_once"),
    path("api/t/list", ListApi.as_view()),
    path("api/t/undeclared", UndeclaredApi.as_view()),
    path("api/t/page/<str:fault>", public_page),
    path("", include("config.urls")),
]
