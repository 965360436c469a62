"""Settings of production: every key comes from the environment, and a key of the demo or of the tests is refused."""

from django.core.exceptions import ImproperlyConfigured

from .base import *

DEBUG = False

if len(SECRET_KEY) < 40 or SECRET_KEY.startswith(("demo-", "test-", "django-insecure-")):
    raise ImproperlyConfigured(
        "The environment variable SECRET_KEY is a demo key or shorter than 40 characters: "
        "it must be a long random text kept for this installation alone."
    )
if any(key.startswith(("demo:", "test:")) for key in HEALTH_DATA_KEYS):
    raise ImproperlyConfigured(
        "The environment variable HEALTH_DATA_KEYS holds a demo key: "
        "it must hold keys made for this installation alone."
    )
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "The environment variable ALLOWED_HOSTS is not set or admits every host: "
        "it must be the host names of the site, separated by commas."
    )

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
