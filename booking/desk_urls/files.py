"""Addresses of the practice's files on its patients."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
