"""Addresses of billing staff: `/facturation/…`. One module a part."""

from django.urls import URLPattern

app_name = "billing"

urlpatterns: list[URLPattern] = []
