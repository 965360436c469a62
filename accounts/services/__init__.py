"""What a person can do with an account. One function, one transaction, one line in the journal."""
