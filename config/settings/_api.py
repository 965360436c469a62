"""Settings of the REST API and of its documentation."""
