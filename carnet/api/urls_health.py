"""Addresses of the health profile and of prevention in the API."""

from django.urls import path

from carnet.api import checkups, health, profile

app_name = "health_api"

urlpatterns = [
    path("carnet/patients/<uuid:uid>/profile", health.ProfileView.as_view(), name="profile"),
    path("carnet/patients/<uuid:uid>/items", health.ItemsView.as_view(), name="items"),
    path("carnet/items/<uuid:uid>", health.ItemView.as_view(), name="item"),
    path("carnet/patients/<uuid:uid>/vaccinations", health.VaccinationsView.as_view(), name="vaccinations"),
    path("carnet/patients/<uuid:uid>/measures", profile.MeasuresView.as_view(), name="measures"),
    path("carnet/measures/<uuid:uid>", profile.MeasureView.as_view(), name="measure"),
    path("carnet/patients/<uuid:uid>/contacts", profile.ContactsView.as_view(), name="contacts"),
    path("carnet/contacts/<uuid:uid>", profile.ContactView.as_view(), name="contact"),
    path("carnet/vaccinations/<uuid:uid>/document", profile.ProofView.as_view(), name="proof"),
    path("carnet/vaccinations/<uuid:uid>", health.VaccinationView.as_view(), name="vaccination"),
    path("carnet/patients/<uuid:uid>/prevention", health.CalendarView.as_view(), name="prevention"),
    path("carnet/patients/<uuid:uid>/prevention/themes", health.ThemesView.as_view(), name="themes"),
    path("carnet/patients/<uuid:uid>/prevention/<str:code>/done", health.DoneView.as_view(), name="done"),
    path("carnet/patients/<uuid:uid>/prevention/<str:code>/refusal", health.RefusalView.as_view(), name="refusal"),
    path("carnet/patients/<uuid:uid>/checkup", checkups.CheckupView.as_view(), name="checkup"),
    path("carnet/checkups/<uuid:uid>", checkups.CheckupFormView.as_view(), name="checkup_form"),
    path("carnet/checkups/<uuid:uid>/appointment", checkups.CheckupVisitView.as_view(), name="checkup_visit"),
    path("carnet/checkups/<uuid:uid>/paper", checkups.CheckupPaperView.as_view(), name="checkup_paper"),
]
