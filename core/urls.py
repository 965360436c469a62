"""Health, documentation of the API, and what the API says of addresses that are not there."""

from django.urls import path, re_path

from core import views
from core.api.documentation import DocumentationView, SchemaView

app_name = "core"

urlpatterns = [
    path("sante", views.alive, name="alive"),
    path("pret", views.ready, name="ready"),
    path("api/schema/", SchemaView.as_view(), name="api_schema"),
    path("api/docs/", DocumentationView.as_view(), name="api_docs"),
    re_path(r"^api/(?P<rest>.*)$", views.unknown_api_address, name="unknown_api"),
]
