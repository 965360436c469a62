"""Addresses of agendas, hours, reasons and what the public sees."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
