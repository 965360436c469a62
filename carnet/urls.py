"""Addresses of a record's documents on the patient's side: `/carnet/…`."""

from django.urls import path

from carnet.views import documents, sharing

app_name = "carnet"

urlpatterns = [
    path("", documents.home, name="home"),
    path("<uuid:patient>/", documents.documents, name="documents"),
    path("<uuid:patient>/ajouter/", documents.add, name="add"),
    path("<uuid:patient>/corbeille/", documents.bin_, name="bin"),
    path("<uuid:patient>/partages/", sharing.shares, name="shares"),
    path("<uuid:patient>/partager/", sharing.share, name="share"),
    path("<uuid:patient>/acces/", sharing.journal, name="journal"),
    path("<uuid:patient>/bloquer/<uuid:practitioner>/", sharing.block, name="block"),
    path("document/<uuid:uid>/", documents.document, name="document"),
    path("document/<uuid:uid>/fichier/", documents.file, name="file"),
    path("document/<uuid:uid>/remplacer/", documents.replace, name="replace"),
    path("document/<uuid:uid>/page/<int:number>/", documents.page_image, name="page"),
    path("document/<uuid:uid>/retirer/", documents.remove, name="remove"),
    path("document/<uuid:uid>/remettre/", documents.restore, name="restore"),
    path("document/<uuid:uid>/masquer/", documents.hide, name="hide"),
    path("document/<uuid:uid>/proches/", documents.conceal, name="conceal"),
    path("partage/<uuid:uid>/arreter/", sharing.revoke, name="revoke"),
    path("blocage/<uuid:uid>/lever/", sharing.unblock, name="unblock"),
]
