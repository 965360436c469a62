"""Tests of Prendsoin; the folders mirror the source."""
