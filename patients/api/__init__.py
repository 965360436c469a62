"""The REST API of patients: thin calls to the same selectors and services as the pages."""
