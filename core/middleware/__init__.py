"""What happens around every view: id and log of the request, headers, the actor, and the check of its declaration."""

from core.middleware.access import AccessMiddleware, ActorMiddleware
from core.middleware.headers import HeadersMiddleware
from core.middleware.requests import RequestMiddleware
from core.middleware.writes import WritesMiddleware

__all__ = ["AccessMiddleware", "ActorMiddleware", "HeadersMiddleware", "RequestMiddleware", "WritesMiddleware"]
