"""Addresses of the bell, and of the link that ends reminders."""

from django.urls import path

from notifications import views
from notifications.email_views import one_click, receive_email_events
from notifications.provider_views import receive_receipt, receive_reply

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.bells, name="bells"),
    path("notifications/lues/", views.read_all, name="read_all"),
    path("notifications/rappels/<str:token>/", views.stop_reminders, name="stop"),
    path("notifications/rappels/<str:token>/en-un-clic/", one_click, name="one_click"),
    path("notifications/courriel/<slug:service>/", receive_email_events, name="email_events"),
    path("notifications/recus/<slug:provider>/", receive_receipt, name="receipts"),
    path("notifications/reponses/<slug:provider>/", receive_reply, name="replies"),
    path("notifications/<uuid:uid>/", views.open_bell, name="open"),
]
