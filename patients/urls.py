"""Addresses of the patients package: `/compte/identite/`, `/compte/dossier/…` and `/proches/…`."""

from django.urls import path

from patients.views import data_notice, file_links, guardians, identity, linking, relatives

app_name = "patients"

urlpatterns = [
    path("compte/identite/", identity.identity, name="identity"),
    path("compte/dossier/<uuid:practice>/", linking.link_file, name="link_file"),
    path("compte/dossier/<uuid:practice>/<uuid:patient>/", linking.link_code, name="link_code"),
    path("compte/relier/<str:token>/", file_links.join_file, name="join_file"),
    path("donnees-cabinet/<str:token>/", data_notice.data_notice, name="data_notice"),
    path("proches/", relatives.people, name="people"),
    path("proches/ajouter/", relatives.add, name="add"),
    path("proches/<uuid:uid>/", relatives.show, name="person"),
    path("proches/<uuid:uid>/modifier/", relatives.edit, name="edit"),
    path("proches/<uuid:uid>/retirer/", relatives.remove, name="remove"),
    path("proches/<uuid:uid>/inviter/", guardians.invite, name="invite"),
    path("proches/invitation/<uuid:uid>/", guardians.invitation, name="invitation"),
    path("proches/invitation/<uuid:uid>/retirer/", guardians.withdraw, name="withdraw"),
    path("proches/droit/<uuid:uid>/arreter/", guardians.revoke, name="revoke"),
    path("proches/droit/<uuid:uid>/coordonnees/", guardians.contact, name="contact"),
]
