"""Addresses of the practice's team, under /cabinet/equipe/, and of joining it."""

from django.urls import path

from practitioners.views import team, team_invitations, workstations

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
]
