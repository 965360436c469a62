"""Addresses of what the practice writes to its patients: reminders, messages to many, and whom no message reached."""

from django.urls import URLPattern, path

from booking.views.desk import broadcasts, reminders, unreached

urlpatterns: list[URLPattern] = [
    path("reglages/rappels/", reminders.overview, name="reminders"),
    path("reglages/rappels/modifier/", reminders.edit, name="reminders_edit"),
    path("messages-groupes/", broadcasts.overview, name="broadcasts"),
    path("messages-groupes/<uuid:uid>/", broadcasts.follow, name="broadcast"),
    path("messages-groupes/<uuid:uid>/arreter/", broadcasts.stop, name="broadcast_stop"),
    path("non-joints/", unreached.unreached, name="unreached"),
]
