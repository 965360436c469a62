"""Addresses of the REST API, version 1. Each app with an API brings an `api/urls.py` or an `api_urls.py`."""

from importlib.util import find_spec

from django.urls import include, path

APPS = ("booking", "practitioners", "patients", "accounts")
MODULES = ("api.urls", "api_urls")


def _modules() -> list[str]:
    found = []
    for app in APPS:
        for module in MODULES:
            if find_spec(f"{app}.{module.partition('.')[0]}") and find_spec(f"{app}.{module}"):
                found.append(f"{app}.{module}")
    return found


urlpatterns = [path("", include(module)) for module in _modules()]
