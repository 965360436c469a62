"""Supporting code of the set-up: what `make` calls. Nothing here runs in production."""
