"""Addresses of one's own data in the API."""

from django.urls import path

from custody.api import mine

app_name = "custody_api"

urlpatterns = [
    path("me/agreements", mine.AgreementsView.as_view(), name="agreements"),
    path("me/agreements/<slug:purpose>/<slug:key>", mine.AgreementView.as_view(), name="agreement"),
    path("me/copies", mine.CopiesView.as_view(), name="copies"),
    path("me/copies/<uuid:uid>", mine.CopyView.as_view(), name="copy"),
    path("me/copies/<uuid:uid>/content", mine.CopyContentView.as_view(), name="copy_content"),
]
