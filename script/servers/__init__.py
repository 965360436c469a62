"""The demo's and the tests' own PostgreSQL and Valkey, and the supervisor that runs the Procfile."""
