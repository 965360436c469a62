"""Addresses of records on the practice's side: `/cabinet/carnets/…`."""

from django.urls import path

from carnet.views import practice

app_name = "records"

urlpatterns = [
    path("", practice.records, name="records"),
    path("<uuid:patient>/", practice.record, name="record"),
    path("fiche/<uuid:record>/", practice.send, name="send"),
    path("fiche/<uuid:record>/inviter/", practice.invite, name="invite"),
    path("document/<uuid:uid>/", practice.document, name="document"),
    path("document/<uuid:uid>/fichier/", practice.file, name="file"),
    path("document/<uuid:uid>/page/<int:number>/", practice.page_image, name="page"),
    path("document/<uuid:uid>/remplacer/", practice.replace, name="replace"),
    path("document/<uuid:uid>/reprendre/", practice.withdraw, name="withdraw"),
]
