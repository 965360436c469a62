"""Addresses of the pages that belong to no other app: home, help, legal, display."""

from django.urls import path

from portal.views import components, content, display, health, home, messages, reading

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("aide/", reading.help_index, name="help"),
    path("aide/<slug:topic>/", reading.help_topic, name="help_topic"),
    path("sante/", health.index, name="health"),
    path("sante/<slug:slug>/", health.page, name="health_page"),
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
    path("plateforme/contenus/", content.contents, name="contents"),
    path("plateforme/contenus/nouvelle/", content.new, name="content_new"),
    path("plateforme/contenus/<uuid:uid>/", content.edit, name="content_edit"),
    path("plateforme/contenus/<uuid:uid>/versions/", content.history, name="content_history"),
    path("plateforme/contenus/<uuid:uid>/versions/<int:number>/", content.version, name="content_version"),
    path("plateforme/contenus/<uuid:uid>/versions/<int:number>/publier/", content.publish, name="content_publish"),
    path("plateforme/contenus/<uuid:uid>/versions/<int:number>/retablir/", content.restore, name="content_restore"),
    path("plateforme/contenus/<uuid:uid>/retirer/", content.withdraw, name="content_withdraw"),
]
