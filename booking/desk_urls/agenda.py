"""Addresses of the agenda and its acts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
