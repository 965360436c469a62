"""What practices pay for Prendsoin: subscriptions, invoices, payments, dunning and books. No patient appears here."""
