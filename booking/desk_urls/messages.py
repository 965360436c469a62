"""Addresses of what the practice writes to its patients: reminders, messages to many, and whom no message reached."""

from django.urls import URLPattern, path

from booking.views.desk import reminders

urlpatterns: list[URLPattern] = [
    path("reglages/rappels/", reminders.overview, name="reminders"),
    path("reglages/rappels/modifier/", reminders.edit, name="reminders_edit"),
]
