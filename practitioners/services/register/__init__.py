"""Writes the national register into the directory: staged by COPY, merged by a few statements over whole sets."""
