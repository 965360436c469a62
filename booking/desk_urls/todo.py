"""Addresses of tasks and calls, the waitlist, sick-day rescue, calendar feeds."""

from django.urls import URLPattern, path

from booking.views.desk import feeds, rescue, todo, waitlist

urlpatterns: list[URLPattern] = [
    path("taches/", todo.tasks, name="tasks"),
    path("taches/<uuid:uid>/", todo.change, name="task"),
    path("taches/<uuid:uid>/fait/", todo.done, name="task_done"),
    path("taches/<uuid:uid>/a-refaire/", todo.reopen, name="task_reopen"),
    path("liste-attente/", waitlist.waitlist, name="waitlist"),
    path("liste-attente/<uuid:uid>/retirer/", waitlist.remove, name="waitlist_remove"),
    path("liste-attente/proposition/<uuid:uid>/", waitlist.answer, name="waitlist_answer"),
    path("replacer/<uuid:agenda>/<str:day>/", rescue.day, name="rescue"),
    path("replacer/<uuid:uid>/suivi/terminer/", rescue.end, name="rescue_end"),
    path("replacer/<uuid:uid>/suivi/annuler/", rescue.undo, name="rescue_undo"),
    path("replacer/<uuid:uid>/suivi/reponse/", rescue.answer, name="rescue_answer"),
    path("agenda/abonnements/", feeds.feeds, name="feeds"),
    path("agenda/abonnements/lire/", feeds.upload, name="feed_upload"),
    path("agenda/abonnements/noter/", feeds.confirm, name="feed_confirm"),
    path("agenda/abonnements/retirer/", feeds.forget, name="feed_forget"),
    path("agenda/abonnements/<uuid:uid>/revoquer/", feeds.revoke, name="feed_revoke"),
]
