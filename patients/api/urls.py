"""Addresses of the patients API."""

from django.urls import path

from patients.api import guardians, patients

app_name = "patients_api"

urlpatterns = [
    path("patients", patients.PatientsView.as_view(), name="patients"),
    path("patients/<uuid:uid>", patients.PatientView.as_view(), name="patient"),
    path("patients/<uuid:uid>/guardians", guardians.GuardiansView.as_view(), name="guardians"),
    path("patients/<uuid:uid>/invitations", guardians.InvitationsView.as_view(), name="invitations"),
    path("patients/<uuid:uid>/link-codes", patients.LinkCodesView.as_view(), name="link_codes"),
    path(
        "patients/<uuid:uid>/link-codes/confirm", patients.LinkCodeConfirmationView.as_view(), name="link_code_confirm"
    ),
    path("guardianships/<uuid:uid>", guardians.GuardianshipView.as_view(), name="guardianship"),
    path("invitations/<uuid:uid>", guardians.InvitationView.as_view(), name="invitation"),
    path("invitations/<uuid:uid>/accept", guardians.InvitationAcceptanceView.as_view(), name="invitation_accept"),
]
