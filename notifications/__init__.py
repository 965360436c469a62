"""Messages to people: recipients, channels and the outbox; it knows nothing of appointments."""
