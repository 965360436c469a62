"""The base of every view of the API: it signs in its own way, so it checks its declaration itself, after that."""

from typing import Any, ClassVar

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.access import Actor, access, spaces
from core.access.decision import Verdict, decide
from core.access.declarations import Spec, has_handler
from core.access.identify import actor_of, mark_holder
from core.exceptions import DomainError
from core.idempotency import Claim, claim_of
from core.middleware.access import SAFE_METHODS, UndeclaredAddress, api_refusal
from core.network import client_ip
from core.reading import count_read
from core.rest.authentication import SessionToken, SiteSession
from core.rest.pagination import Pagination
from core.rest.parsers import StrictJSONParser

# Codes of refusal by HTTP method and status, for the documentation: {"POST": {409: ["slot_taken"]}}.
Refusals = dict[str, dict[int, list[str]]]


class ApiView(APIView):
    """A DRF view whose `request.actor` is set and admitted by its `@access` declaration when the handler runs.

    The body is read at the start, so that it can be both hashed and parsed and that its size is refused first.
    """

    checks_access: ClassVar[bool] = True
    refusals: ClassVar[Refusals] = {}
    authentication_classes = [SessionToken, SiteSession]
    permission_classes = ()
    parser_classes = [StrictJSONParser]
    pagination_class = Pagination

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = request.method or ""
        if not has_handler(type(self), method) or method == "OPTIONS":
            raise MethodNotAllowed(method)
        if method not in SAFE_METHODS and request._request.content_type != "multipart/form-data":
            request._request.body  # noqa: B018  (kept by Django once read)
        super().initial(request, *args, **kwargs)
        self._admit(request)

    def page(self, rows: QuerySet[Any] | list[Any], serializer: type[BaseSerializer]) -> Response:
        """One page of the rows, as the contract's list."""
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response(serializer(found, many=True, context={"request": self.request}).data)

    def _admit(self, request: Request) -> None:
        spec = getattr(request._request, "access_spec", None) or access.spec_of(type(self).as_view(), None)
        if spec is None:
            raise UndeclaredAddress(f"{type(self).__name__} declares no access")
        actor = self._identify(request, spec)
        if spec.costly and request.method in SAFE_METHODS:
            count_read(actor.ip)
        verdict = decide(spec, actor, request.method or "", lambda: bool(spaces.choices_of(request.user, spec.spaces)))
        if verdict is Verdict.SIGN_IN:
            raise NotAuthenticated
        if verdict is Verdict.HIDDEN:
            raise Http404
        if verdict is not Verdict.GRANTED:
            found = api_refusal(verdict)
            raise DomainError(found.code, found.message, status=found.status)

    def _identify(self, request: Request, spec: Spec) -> Actor:
        own_session = isinstance(request.auth, SessionBase)
        session: Any = request.auth if own_session else request._request.session
        if spec.public and request.method not in SAFE_METHODS and not request.user.is_authenticated:
            mark_holder(session)
            if own_session:
                session.save()
        actor = actor_of(
            request.user,
            session,
            ip=client_ip(request._request),
            wanted=request.headers.get("X-Space"),
            spec=spec,
        )
        request.actor = request._request.actor = actor
        return actor


class IdempotentMixin:
    """For views whose writes carry an Idempotency-Key: `self.claim` is ready when the handler runs; 400 without a key."""

    claim: Claim

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method not in SAFE_METHODS:
            # Read first: a form is refused (415) here, before the claim reads it and leaves an empty body behind.
            request.data  # noqa: B018
            self.claim = claim_of(request)
