"""Addresses of agendas, hours, reasons and what the public sees."""

from django.urls import URLPattern, path

from booking.views.desk import (
    setup,
    setup_absences,
    setup_hours,
    setup_offers,
    setup_profile,
    setup_reasons,
    setup_start,
    setup_why,
)

HERE, AGENDA = "reglages/", "reglages/agenda/<uuid:uid>/"

urlpatterns: list[URLPattern] = [
    path(HERE, setup.overview, name="setup"),
    path(f"{HERE}demarrer/", setup_start.start, name="setup_start"),
    path(f"{HERE}demarrer/<uuid:uid>/", setup_start.guide, name="setup_start_agenda"),
    path(f"{HERE}agenda/nouveau/", setup.agenda_add, name="setup_agenda_add"),
    path(AGENDA, setup.agenda, name="setup_agenda"),
    path(f"{AGENDA}en-ligne/", setup.online, name="setup_online"),
    path(f"{AGENDA}nouveaux-patients/", setup.new_patients, name="setup_new_patients"),
    path(f"{AGENDA}regles/", setup.rules, name="setup_rules"),
    path(f"{AGENDA}pourquoi/", setup_why.why, name="setup_why"),
    path(f"{AGENDA}motifs-types/", setup_reasons.kinds, name="setup_kinds"),
    path(f"{AGENDA}plage/", setup_hours.opening_add, name="setup_opening_add"),
    path(f"{AGENDA}absence/", setup_absences.absence_add, name="setup_absence_add"),
    path(f"{HERE}plage/<uuid:uid>/", setup_hours.opening, name="setup_opening"),
    path(f"{HERE}plage/<uuid:uid>/retirer/", setup_hours.opening_remove, name="setup_opening_remove"),
    path(f"{HERE}absence/<uuid:uid>/", setup_absences.absence, name="setup_absence"),
    path(f"{HERE}absence/<uuid:uid>/retirer/", setup_absences.absence_remove, name="setup_absence_remove"),
    path(f"{HERE}motifs/", setup_reasons.reasons, name="setup_reasons"),
    path(f"{HERE}motifs/nouveau/", setup_reasons.reason_add, name="setup_reason_add"),
    path(f"{HERE}motifs/<uuid:uid>/", setup_reasons.reason, name="setup_reason"),
    path(f"{HERE}motifs/<uuid:uid>/archiver/", setup_reasons.reason_archive, name="setup_reason_archive"),
    path(f"{HERE}motifs/<uuid:uid>/agenda/<uuid:agenda>/", setup_offers.offer, name="setup_offer"),
    path(
        f"{HERE}motifs/<uuid:uid>/agenda/<uuid:agenda>/retirer/", setup_offers.offer_remove, name="setup_offer_remove"
    ),
    path(f"{HERE}profil/<uuid:uid>/", setup_profile.public_page, name="setup_profile"),
]
