"""Addresses of the practice's figures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
