"""Tests of the set-up: embedded servers, supervisor, settings, checks."""
