"""Settings of the measured site: those of production, with the bounds that one machine behind one address would meet.

What differs from production is here and nowhere else: addresses of two measuring views, static files that need no
`collectstatic`, and holds bounded per visitor only, since every client of the benchmark sits behind one address.
"""

from config.settings.production import *

ROOT_URLCONF = "bench.urls"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None
HOLDS_PER_ADDRESS = 1_000_000
