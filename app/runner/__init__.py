"""Grading inside limits of time and memory, in processes of its own."""
