"""Addresses of the practice's team, under /cabinet/equipe/, and of joining it."""

from django.urls import URLPattern

app_name = "practitioners"

urlpatterns: list[URLPattern] = []
