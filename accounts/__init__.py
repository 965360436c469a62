"""Users: sign-up, sign-in, second factor, sessions, contacts and preferences."""
