"""Addresses of documents, shares and accesses in the API, as in the contract."""

from django.urls import path

from carnet.api import documents

app_name = "carnet_api"

urlpatterns = [
    path("carnet/documents", documents.DocumentsView.as_view(), name="documents"),
    path("carnet/documents/<uuid:uid>/content", documents.ContentView.as_view(), name="content"),
    path("carnet/documents/<uuid:uid>/grants", documents.GrantsView.as_view(), name="grants"),
    path("carnet/grants/<uuid:uid>", documents.GrantView.as_view(), name="grant"),
    path("carnet/accesses", documents.AccessesView.as_view(), name="accesses"),
]
