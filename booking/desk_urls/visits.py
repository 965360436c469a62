"""Addresses of one visit at the desk: booking, moving, history, undo."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
