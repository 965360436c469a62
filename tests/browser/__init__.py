"""Tests in a real browser: journeys, keyboard, widths, accessibility."""
