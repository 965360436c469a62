"""Settings common to every place where Prendsoin runs. What changes from place to place is read from the environment.

The modules whose names start with an underscore hold the settings of one subject each; they are taken in at the end.
"""

from pathlib import Path

from config import environment

from ._api import *
from ._auth import *
from ._auth import AUTH_APPS, AUTH_MIDDLEWARE
from ._billing import *
from ._booking import *
from ._carnet import *
from ._custody import *
from ._logging import *
from ._logging import LOGGING_MIDDLEWARE
from ._messages import *
from ._replica import *
from ._replica import REPLICA_MIDDLEWARE, REPLICA_ROUTERS, has_replica, replica_of
from ._security import *
from ._security import ACCESS_MIDDLEWARE, SECURITY_MIDDLEWARE
from ._tasks import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = environment.text("SECRET_KEY", wanted="a long random text")
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS", [])
DEBUG = environment.flag("DEBUG", default=False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", [])
DEMO = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    *AUTH_APPS,
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "phonenumber_field",
    "core",
    "notifications",
    "accounts",
    "practitioners",
    "patients",
    "booking",
    "carnet",
    "billing",
    "custody",
    "portal",
]

MIDDLEWARE = [
    *SECURITY_MIDDLEWARE,
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *LOGGING_MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *AUTH_MIDDLEWARE,
    *ACCESS_MIDDLEWARE,
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SITE_ID = 1

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notifications.context_processors.bell",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **environment.database("DATABASE_URL"),
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        # The pool keeps the connections; Django must then not keep them too.
        "CONN_MAX_AGE": 0,
        # A pooler in transaction mode gives each statement another session: no cursor of the server outlives one.
        "DISABLE_SERVER_SIDE_CURSORS": environment.flag("DATABASE_POOLER", default=False),
    },
}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": environment.number("DATABASE_POOL_SIZE", 10, minimum=1),
    "timeout": 5,
}
# Whether `core.prepared` keeps its statements prepared. psycopg never prepares one by itself: it would remember the last
# hundred texts with their values, and forget what is prepared at each ROLLBACK TO SAVEPOINT.
DATABASE_PREPARES = environment.flag("DATABASE_PREPARES", default=True)
if has_replica():
    DATABASES["replica"] = replica_of(DATABASES["default"], environment.database("DATABASE_REPLICA_URL"))
    DATABASE_ROUTERS = REPLICA_ROUTERS
    # Inside the middleware that only adds headers, outside of all that may answer by itself.
    MIDDLEWARE[len(SECURITY_MIDDLEWARE) : len(SECURITY_MIDDLEWARE)] = REPLICA_MIDDLEWARE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
MEDIA_ROOT = BASE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", wanted="the sender of e-mails")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
globals().update(environment.email("EMAIL_URL"))

HEALTH_DATA_KEYS = environment.words("HEALTH_DATA_KEYS")
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0)
SENTRY_DSN = environment.text("SENTRY_DSN", "")

PHONENUMBER_DEFAULT_REGION = "FR"
