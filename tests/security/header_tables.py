"""The headers and cookies of every answer, as two tables typed by hand: production, and one machine without HTTPS."""

import re

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(self), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PRODUCTION = {**ALWAYS, "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload"}
LOCAL = ALWAYS
# What depends on the answer; anything else is a header that nobody decided on.
DEPENDING = {
    "Allow",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Language",
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "ETag",
    "Expires",
    "HX-Redirect",
    "Last-Modified",
    "Location",
    "Retry-After",
    "Vary",
    "WWW-Authenticate",
    "X-Request-ID",
    "X-Robots-Tag",
}
COOKIES = {
    "production": {"__Host-sid", "__Host-csrf", "__Host-lang", "__Host-theme"},
    "local": {"sessionid", "csrftoken", "django_language", "theme"},
}
PUBLIC_CACHE = re.compile(r"^(public, )?max-age=\d+(, public)?$")


def faults(response, column):
    """What differs between one answer and its column; an empty list when nothing does."""
    expected = PRODUCTION if column == "production" else LOCAL
    found = [
        f"{name}: {response.get(name)!r} instead of {value!r}"
        for name, value in expected.items()
        if response.get(name) != value
    ]
    found += [f"{name} was not decided on" for name in response.headers if name not in DEPENDING | expected.keys()]
    return [*found, *policy_faults(response, column), *cache_faults(response), *cookie_faults(response, column)]


def policy_faults(response, column):
    parts = [part.strip() for part in response.get("Content-Security-Policy", "").split(";") if part.strip()]
    policy = {name: value for name, _, value in (part.partition(" ") for part in parts)}
    wanted = POLICY | ({"upgrade-insecure-requests": ""} if column == "production" else {})
    return [] if policy == wanted else [f"Content-Security-Policy: {policy}"]


def cache_faults(response):
    """Nothing is kept by a cache, but what a view opened to visitors without a cookie."""
    asked = response.get("Cache-Control", "")
    if {"private", "no-store"} <= {part.strip() for part in asked.split(",")}:
        return []
    if PUBLIC_CACHE.match(asked) and not response.cookies:
        return []
    return [f"Cache-Control: {asked!r}"]


def cookie_faults(response, column):
    found = []
    for name, cookie in response.cookies.items():
        if name not in COOKIES[column]:
            found.append(f"the cookie {name} was not decided on")
        if bool(cookie["secure"]) is not (column == "production"):
            found.append(f"the cookie {name} has the wrong Secure")
        if not cookie["httponly"] or cookie["samesite"] != "Lax" or cookie["path"] != "/" or cookie["domain"]:
            found.append(f"the cookie {name}: {cookie.output()}")
    return found
