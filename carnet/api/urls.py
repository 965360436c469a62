"""Addresses of documents, shares and accesses in the API; the first five are those of the contract."""

from django.urls import path

from carnet.api import documents, filing, practice, sharing

app_name = "carnet_api"

urlpatterns = [
    path("carnet/documents", documents.DocumentsView.as_view(), name="documents"),
    path("carnet/documents/<uuid:uid>/content", documents.ContentView.as_view(), name="content"),
    path("carnet/documents/<uuid:uid>/grants", documents.GrantsView.as_view(), name="grants"),
    path("carnet/grants/<uuid:uid>", documents.GrantView.as_view(), name="grant"),
    path("carnet/accesses", documents.AccessesView.as_view(), name="accesses"),
    path("carnet/documents/<uuid:uid>", filing.DocumentView.as_view(), name="document"),
    path("carnet/documents/<uuid:uid>/restore", filing.RestoreView.as_view(), name="restore"),
    path("carnet/documents/<uuid:uid>/hidden", filing.HiddenView.as_view(), name="hidden"),
    path("carnet/documents/<uuid:uid>/confidential", filing.ConfidentialView.as_view(), name="confidential"),
    path("carnet/documents/<uuid:uid>/versions", filing.VersionsView.as_view(), name="versions"),
    path("carnet/grants", sharing.RecordGrantsView.as_view(), name="record_grants"),
    path("carnet/blocks", sharing.BlocksView.as_view(), name="blocks"),
    path("carnet/blocks/<uuid:uid>", sharing.BlockView.as_view(), name="block"),
    path("carnet/records", practice.RecordsView.as_view(), name="records"),
    path("carnet/records/<uuid:uid>/documents", practice.RecordView.as_view(), name="record"),
    path("carnet/files/<uuid:uid>/documents", practice.SentView.as_view(), name="sent"),
    path("carnet/sent/<uuid:uid>/versions", practice.SentVersionsView.as_view(), name="sent_versions"),
    path("carnet/records/<uuid:uid>/vaccinations", practice.GivenView.as_view(), name="given"),
    path("carnet/vaccinations/<uuid:uid>/confirmation", practice.ConfirmationView.as_view(), name="confirmation"),
]
