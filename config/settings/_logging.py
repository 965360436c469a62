"""Settings of the logs."""

LOGGING_MIDDLEWARE: list[str] = []
