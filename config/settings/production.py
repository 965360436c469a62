"""Settings of production: every key comes from the environment, and a key of the demo or of the tests is refused."""

from django.core.exceptions import ImproperlyConfigured

from config import error_reports, known_keys
from core import keyring

from .base import *

DEBUG = False

if len(SECRET_KEY) < 40 or SECRET_KEY in known_keys.SECRET_KEYS:
    raise ImproperlyConfigured(
        "The environment variable SECRET_KEY is a demo key or shorter than 40 characters: "
        "it must be a long random text kept for this installation alone."
    )
keyring.parse(HEALTH_DATA_KEYS)
if any(word.partition(":")[2] in known_keys.HEALTH_KEYS for word in HEALTH_DATA_KEYS):
    raise ImproperlyConfigured(
        "The environment variable HEALTH_DATA_KEYS holds a demo key: "
        "it must hold keys made for this installation alone."
    )
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "The environment variable ALLOWED_HOSTS is not set or admits every host: "
        "it must be the host names of the site, separated by commas."
    )

if SENTRY_DSN:
    error_reports.start(SENTRY_DSN)

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
