"""Selectors of the practitioners package."""
