"""`manage.py stripe_double`: a double of Stripe on this machine, to try cards without any money.

With `--site` it brings its events to the site, signed with the secret that the environment variable
`STRIPE_WEBHOOK_SECRET` holds.
"""

import os
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.doubles.stripe_service import StripeDouble, serving

PORT = 8026


class Command(BaseCommand):
    help = "Serves a double of Stripe on this machine until Ctrl-C. It takes no money from anybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--site", help="the site to which events are brought, such as http://localhost:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        double = StripeDouble(
            secret=os.environ.get("STRIPE_WEBHOOK_SECRET") or StripeDouble().secret,
            key=os.environ.get("STRIPE_SECRET_KEY") or StripeDouble().key,
            told_at=f"{options['site'].rstrip('/')}/webhooks/stripe/" if options["site"] else "",
        )
        with serving(double, options["port"]):
            self.stdout.write(f"This is a DOUBLE of Stripe: no money moves.\nSTRIPE_API={double.api}")
            self.stdout.flush()
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                self.stdout.write(f"{len(double.events)} events told.")
