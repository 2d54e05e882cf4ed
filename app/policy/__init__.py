"""A course's rules as pure functions: lateness, penalties, which attempt counts, what a student may see."""
