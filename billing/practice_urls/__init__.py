"""Addresses of a practice's subscription, invoices and means of payment: `/cabinet/abonnement/…`. One module a part."""

from django.urls import URLPattern

app_name = "subscription"

urlpatterns: list[URLPattern] = []
