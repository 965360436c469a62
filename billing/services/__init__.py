"""What one can do about subscriptions, invoices, payments and books."""
