"""Reads the open files of the national register (« Extractions en libre accès », PS_LibreAcces_*.txt) line by line.

Nothing here writes: lines come in, plain rows and rejections go out, with the same memory for ten lines or two million.
"""
