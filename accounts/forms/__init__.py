"""Forms of the account pages: allauth's checks under our labels, hints and sentences."""
