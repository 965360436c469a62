"""The REST API of booking: thin calls to the same selectors and services as the pages."""
