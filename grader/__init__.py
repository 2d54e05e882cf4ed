"""Grading mathematics: values in, values out. No HTTP, no database, no clock, no files."""
