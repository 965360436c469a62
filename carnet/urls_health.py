"""Addresses of the health profile and of prevention: `/carnet/sante/…` and `/carnet/prevention/…`."""

from django.urls import path

from carnet.views import checkups, health, prevention, vaccines

app_name = "health"

urlpatterns = [
    path("sante/", health.home, name="home"),
    path("sante/<uuid:patient>/", health.profile, name="profile"),
    path("sante/<uuid:patient>/ajouter/<slug:kind>/", health.add_item, name="add_item"),
    path("sante/<uuid:patient>/partage/", health.shared, name="shared"),
    path("sante/<uuid:patient>/fiche-urgence.pdf", health.sheet, name="sheet"),
    path("sante/<uuid:patient>/medecin/", health.doctor, name="doctor"),
    path("sante/<uuid:patient>/mesures/", health.add_measure, name="add_measure"),
    path("sante/<uuid:patient>/mesures/<uuid:uid>/effacer/", health.remove_measure, name="remove_measure"),
    path("sante/<uuid:patient>/prevenir/", health.add_contact, name="add_contact"),
    path("sante/<uuid:patient>/prevenir/<uuid:uid>/effacer/", health.remove_contact, name="remove_contact"),
    path("sante/<uuid:patient>/vaccins/", vaccines.book, name="vaccines"),
    path("sante/<uuid:patient>/partage/vacciner/", vaccines.give, name="give_doses"),
    path("sante/<uuid:patient>/vaccins/<slug:visit>/", vaccines.add_doses, name="add_doses"),
    path("sante/ligne/<uuid:uid>/", health.item, name="item"),
    path("sante/ligne/<uuid:uid>/terminer/", health.end_item, name="end_item"),
    path("sante/ligne/<uuid:uid>/effacer/", health.remove_item, name="remove_item"),
    path("sante/dose/<uuid:uid>/", vaccines.dose, name="dose"),
    path("sante/dose/<uuid:uid>/preuve/", vaccines.prove, name="prove_dose"),
    path("sante/dose/<uuid:uid>/confirmer/", vaccines.confirm, name="confirm_dose"),
    path("sante/dose/<uuid:uid>/effacer/", vaccines.remove_dose, name="remove_dose"),
    path("prevention/", prevention.home, name="prevention_home"),
    path("prevention/<uuid:patient>/bilan/", checkups.checkup, name="checkup"),
    path("prevention/<uuid:patient>/bilan/enregistrer/", checkups.save, name="checkup_save"),
    path("prevention/bilan/<uuid:uid>/bilan.pdf", checkups.paper, name="checkup_paper"),
    path("prevention/bilan/<uuid:uid>/joindre/", checkups.join, name="checkup_join"),
    path("prevention/bilan/<uuid:uid>/effacer/", checkups.erase, name="checkup_erase"),
    path("prevention/message/<uuid:uid>/", prevention.digest, name="digest"),
    path("prevention/arreter/<str:token>/", prevention.stop, name="stop"),
    path("prevention/<uuid:patient>/", prevention.calendar, name="prevention"),
    path("prevention/<uuid:patient>/carnet.ics", prevention.agenda_file, name="agenda_file"),
    path("prevention/<uuid:patient>/questions/", prevention.questions, name="questions"),
    path("prevention/<uuid:patient>/messages/", prevention.themes, name="themes"),
    path("prevention/<uuid:patient>/actes/<uuid:uid>/effacer/", prevention.undo, name="undo"),
    path("prevention/<uuid:patient>/conseil/<str:code>/", prevention.advice, name="advice"),
    path("prevention/<uuid:patient>/conseil/<str:code>/fait/", prevention.done, name="done"),
    path("prevention/<uuid:patient>/conseil/<str:code>/refuser/", prevention.refuse, name="refuse"),
]
