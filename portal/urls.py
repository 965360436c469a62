"""Addresses of the pages that belong to no other app: home, help, legal, display."""

from django.urls import path

from portal.views import components, display, home, messages, reading

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("aide/", reading.help_index, name="help"),
    path("aide/<slug:topic>/", reading.help_topic, name="help_topic"),
    path("classement/", reading.ranking, name="ranking"),
    path("mentions-legales/", reading.legal, name="legal"),
    path("confidentialite/", reading.privacy, name="privacy"),
    path("accessibilite/", reading.accessibility, name="accessibility"),
    path("affichage/", display.display, name="display"),
    path("theme/", display.set_theme, name="theme"),
    path("robots.txt", reading.robots, name="robots"),
    path("plateforme/composants/", components.gallery_page, name="components"),
    path("plateforme/messages/", messages.messages_page, name="messages"),
    path("plateforme/messages/<str:kind>/<int:number>/<str:language>/", messages.letter_page, name="letter"),
]
