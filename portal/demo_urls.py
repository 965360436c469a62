"""Addresses of the demo; every one is a 404 outside demo mode."""

from django.urls import path

from portal.views import demo, identity_double

app_name = "demo"

urlpatterns = [
    path("demo/", demo.demo, name="mailbox"),
    path("demo/entrer/", demo.enter, name="enter"),
    path("demo/messages/<uuid:uid>/", demo.letter, name="letter"),
    path("demo/messages/<uuid:uid>/repondre/", demo.reply, name="reply"),
    path("demo/messages/<uuid:uid>/<int:pk>/", demo.attachment, name="attachment"),
    path(
        "demo/pro-sante-connect/.well-known/openid-configuration", identity_double.discovery, name="identity_discovery"
    ),
    path("demo/pro-sante-connect/cles/", identity_double.keys, name="identity_keys"),
    path("demo/pro-sante-connect/autoriser/", identity_double.authorize, name="identity_authorize"),
    path("demo/pro-sante-connect/jeton/", identity_double.token, name="identity_token"),
    path("demo/pro-sante-connect/identite/", identity_double.person, name="identity_person"),
]
