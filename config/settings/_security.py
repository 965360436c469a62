"""Settings of headers, cookies, content policy and access.

They are those of production. `relax_for_plain_http` gives the few that differ where the site is served over plain HTTP on
one machine: a browser would refuse `Secure` cookies there, or ask for an HTTPS site that does not exist.
"""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

from config import environment

SECURITY_MIDDLEWARE: list[str] = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
]
ACCESS_MIDDLEWARE: list[str] = ["core.middleware.ActorMiddleware", "core.middleware.AccessMiddleware"]

# Set in the tests alone: an address without an access declaration, or a rule that is missing, then raises.
TESTING = False

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "upgrade-insecure-requests": True,
    }
}
# Sent with every answer that does not say otherwise.
EXTRA_HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(self), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
SIGN_OUT_CLEARS = '"cache", "cookies", "storage"'
SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = True
# Probes of the machine itself come over plain HTTP. The API refuses plain HTTP instead of sending elsewhere.
SECURE_REDIRECT_EXEMPT = [r"^sante$", r"^pret$", r"^api/", r"^_allauth/"]
# Believed only behind a proxy of ours, which overwrites it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.number("TRUSTED_PROXY_COUNT", 0) else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "__Host-sid"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-lang"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# The look of the pages; it goes with the language and is as secure.
THEME_COOKIE_NAME = "__Host-theme"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 5
UPLOAD_MAX_BYTES = 21_000_000

# Where the space of a session is changed (a form that posts `space` and `next`).
SPACE_SWITCH_URL = "accounts:spaces"
# Beyond this, `/pret` says that work is not being done.
RELAY_LAG_LIMIT = timedelta(minutes=5)


def relax_for_plain_http() -> dict[str, Any]:
    """The settings that differ on one machine without HTTPS (security headers, local column)."""
    directives = {**CONTENT_SECURITY_POLICY["DIRECTIVES"], "upgrade-insecure-requests": False}
    return {
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": directives},
        "SECURE_HSTS_SECONDS": 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "SECURE_HSTS_PRELOAD": False,
        "SECURE_SSL_REDIRECT": False,
        "SECURE_PROXY_SSL_HEADER": None,
        "SESSION_COOKIE_NAME": "sessionid",
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_NAME": "csrftoken",
        "CSRF_COOKIE_SECURE": False,
        "LANGUAGE_COOKIE_NAME": "django_language",
        "LANGUAGE_COOKIE_SECURE": False,
        "THEME_COOKIE_NAME": "theme",
        # Clearing the cache of a browser takes seconds; the demo signs people in and out all the time.
        "SIGN_OUT_CLEARS": '"cookies", "storage"',
    }
