"""Addresses of billing that belong to no space: what payment services call."""

from django.urls import path

from billing.views import webhook

app_name = "billing_public"

urlpatterns = [
    path("webhooks/stripe/", webhook.stripe, name="stripe"),
]
