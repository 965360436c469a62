"""Doubles of providers for tests, drills and the demo: real servers on this machine that send nothing to anybody."""
