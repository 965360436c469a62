"""Reads of the record; each takes the actor first."""
