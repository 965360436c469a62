"""Addresses of tasks and calls, sick-day rescue, calendar feeds."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
