"""Addresses of booking."""

from django.urls import path

from booking.views import (
    answer,
    broadcasts,
    contest,
    feed,
    move,
    practitioner,
    rescue,
    search,
    sitemap,
    steps,
    suggestions,
    visits,
    waitlist,
    waitlist_offer,
)

app_name = "booking"

urlpatterns = [
    path("recherche/", search.results, name="search"),
    path("recherche/suggestions/", suggestions.who, name="suggestions"),
    path("recherche/lieux/", suggestions.where, name="places"),
    path("sitemap.xml", sitemap.whole, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemap.part, name="sitemap_part"),
    path("praticien/<slug:slug>/", practitioner.practitioner, name="practitioner"),
    path("praticien/<slug:slug>/garder/", steps.hold, name="hold"),
    path("rendez-vous/<uuid:uid>/", steps.step, name="step"),
    path("rendez-vous/<uuid:uid>/prolonger/", steps.renew, name="renew"),
    path("rendez-vous/<uuid:uid>/liberer/", steps.release, name="release"),
    path("rdv/<str:token>/", answer.answer, name="answer"),
    path("libre/<str:token>/", waitlist_offer.offer, name="waitlist_offer"),
    path("praticien/<slug:slug>/attente/", waitlist.join, name="waitlist_join"),
    path("mes-rendez-vous/attente/", waitlist.waitlist, name="waitlist"),
    path("mes-rendez-vous/attente/<uuid:uid>/quitter/", waitlist.leave, name="waitlist_leave"),
    path("agenda/<str:token>.ics", feed.feed, name="feed"),
    path("mes-rendez-vous/", visits.appointments, name="appointments"),
    path("mes-rendez-vous/message/<uuid:uid>/", broadcasts.show, name="broadcast"),
    path("mes-rendez-vous/<uuid:uid>/", visits.appointment, name="appointment"),
    path("mes-rendez-vous/<uuid:uid>/deplacer/", move.move, name="move"),
    path("mes-rendez-vous/<uuid:uid>/annuler/", visits.cancel, name="cancel"),
    path("mes-rendez-vous/<uuid:uid>/absence/", contest.contest, name="contest"),
    path("mes-rendez-vous/<uuid:uid>/propositions/", rescue.proposals, name="rescue"),
    path("mes-rendez-vous/<uuid:uid>/imprimer/", visits.slip, name="slip"),
    path("mes-rendez-vous/<uuid:uid>/calendrier/", visits.calendar, name="calendar"),
]
