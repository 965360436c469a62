"""Settings of the benchmark's own process: the same product, with a connection for each of its threads."""

from bench.settings import *

DATABASES["default"]["OPTIONS"]["pool"] = {**DATABASES["default"]["OPTIONS"]["pool"], "max_size": 72, "timeout": 30}
# The log of requests belongs to the servers.
LOGGING = {**LOGGING, "root": {"handlers": [], "level": "CRITICAL"}}
# Invoices are refused without one.
BILLING_SELLER = EXAMPLE_SELLER
