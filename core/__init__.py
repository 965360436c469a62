"""What every app stands on: access, audit, jobs, idempotency, clock, errors."""
