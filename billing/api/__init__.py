"""Billing in the REST API."""
