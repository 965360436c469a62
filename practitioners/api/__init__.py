"""The REST API by which a practice writes its agendas and reasons: thin calls to the services."""
