"""Selectors of the booking package."""
