"""Settings of headers, cookies, content policy and access."""

SECURITY_MIDDLEWARE: list[str] = ["django.middleware.security.SecurityMiddleware"]
ACCESS_MIDDLEWARE: list[str] = []
