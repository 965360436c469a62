"""Addresses of the demo; every one is a 404 outside demo mode."""

from django.urls import path

from portal.views import demo

app_name = "demo"

urlpatterns = [
    path("demo/", demo.demo, name="mailbox"),
    path("demo/entrer/", demo.enter, name="enter"),
    path("demo/messages/<uuid:uid>/", demo.letter, name="letter"),
    path("demo/messages/<uuid:uid>/repondre/", demo.reply, name="reply"),
    path("demo/messages/<uuid:uid>/<int:pk>/", demo.attachment, name="attachment"),
]
