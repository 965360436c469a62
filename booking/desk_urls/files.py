"""Addresses of the practice's files on its patients."""

from django.urls import URLPattern, path

from booking.views.desk import files, files_acts, files_bring, files_merge

urlpatterns: list[URLPattern] = [
    path("patients/", files.files, name="files"),
    path("patients/nouveau/", files.new, name="file_new"),
    path("patients/doublons/", files_merge.duplicates, name="duplicates"),
    path("patients/importer/", files_bring.imports, name="imports"),
    path("patients/importer/<uuid:uid>/", files_bring.run, name="import_run"),
    path("patients/importer/<uuid:uid>/confirmer/", files_bring.confirm, name="import_confirm"),
    path("patients/exporter/", files_bring.export, name="export"),
    path("patients/codes/", files_acts.send_links, name="file_links"),
    path("patients/<uuid:uid>/", files.show, name="file"),
    path("patients/<uuid:uid>/modifier/", files.edit, name="file_edit"),
    path("patients/<uuid:uid>/bloquer/", files_acts.block, name="file_block"),
    path("patients/<uuid:uid>/debloquer/", files_acts.unblock, name="file_unblock"),
    path("patients/<uuid:uid>/deces/", files_acts.death, name="file_death"),
    path("patients/<uuid:uid>/deces/annuler/", files_acts.revive, name="file_revive"),
    path("patients/<uuid:uid>/code/", files_acts.send_link, name="file_link"),
    path("patients/<uuid:uid>/reunir/<uuid:other>/", files_merge.merge, name="merge"),
    path("patients/absence/<uuid:uid>/retirer/", files_acts.withdraw, name="withdraw_mark"),
]
