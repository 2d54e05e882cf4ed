"""Reference solutions: computation graphs over NumPy that know nothing of grading."""
