"""Services of the practitioners package."""
