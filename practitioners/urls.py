"""Addresses of the practice's team, under /cabinet/equipe/, of joining it, and of what is asked about listings."""

from django.urls import path

from practitioners.urls_claims import claim_paths
from practitioners.views import listing, listing_staff, team, team_invitations, workstations

app_name = "practitioners"

urlpatterns = [
    path("cabinet/equipe/", team.team, name="team"),
    path("cabinet/equipe/droits/", team.rights, name="rights"),
    path("cabinet/equipe/relais/", team.cover, name="cover"),
    path("cabinet/equipe/verrouillage/", workstations.idle_lock, name="idle_lock"),
    path("cabinet/equipe/inviter/", team_invitations.invite, name="invite"),
    path("cabinet/equipe/invitations/<uuid:uid>/retirer/", team_invitations.withdraw, name="withdraw"),
    path("cabinet/equipe/<uuid:uid>/", team.member, name="member"),
    path("cabinet/equipe/<uuid:uid>/fin/", team.end, name="end"),
    path("equipe/invitation/<uuid:uid>/", team_invitations.invitation, name="invitation"),
    path("praticien/<slug:slug>/fiche/", listing.listing, name="listing"),
    path("praticien/<slug:slug>/signaler/", listing.report, name="report_listing"),
    path("fiches/demandes/<uuid:uid>/", listing.listing_request, name="listing_request"),
    path("plateforme/fiches/", listing_staff.requests, name="listing_requests"),
    path("plateforme/fiches/<uuid:uid>/", listing_staff.decide, name="listing_decide"),
    path("plateforme/fiches/<uuid:uid>/retablir/", listing_staff.restore, name="listing_restore"),
    *claim_paths,
]
