"""Who reads and keeps a practice's subscription, payers and bills: Q-builders, read from rows at each request."""
