"""Addresses of billing that belong to no space: what payment services call."""

from django.urls import URLPattern

app_name = "billing_public"

urlpatterns: list[URLPattern] = []
