"""Settings of the floor: the same Django, server and database pool, without a middleware and without an app."""

from config.settings.base import *

ROOT_URLCONF = "bench.floor_urls"
INSTALLED_APPS = []
MIDDLEWARE = []
