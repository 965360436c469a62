"""The record in the REST API."""
