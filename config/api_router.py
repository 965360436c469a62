"""Addresses of the REST API, version 1. Each app with an API brings an `api/urls.py` (or `api_urls.py`)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
