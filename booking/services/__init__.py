"""Services of the booking package."""
