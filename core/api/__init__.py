"""What views of the REST API are made of."""

from core.api.views import ApiView, IdempotentMixin
from core.rest.pagination import Pagination, page_schema

__all__ = ["ApiView", "IdempotentMixin", "Pagination", "page_schema"]
