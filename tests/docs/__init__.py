"""The docs for students: their examples work, and are no answers to a homework."""
