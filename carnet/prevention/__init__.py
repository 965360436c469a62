"""What prevention is due to somebody, and why: dated rules as values, and an engine that only counts days."""
