"""The site's own addresses, and two that measure what stands before a view."""

from django.urls import path

from bench.views import personal_row, public_row
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as of_the_site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("bench/visitor/<int:pk>", public_row, name="bench_visitor_row"),
    path("bench/account/<int:pk>", personal_row, name="bench_account_row"),
    *of_the_site,
]
