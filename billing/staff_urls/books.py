"""Addresses of the summary, the unpaid, the practices as payers, the months and the exports."""

from django.urls import path

from billing.views.staff import home

urlpatterns = [
    path("", home.home, name="home"),
]
