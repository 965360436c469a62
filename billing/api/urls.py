"""Addresses of billing in the API, as in the contract."""

from django.urls import URLPattern

app_name = "billing_api"

urlpatterns: list[URLPattern] = []
