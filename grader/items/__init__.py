"""Grading one kind of item each: values, formulas, derivations."""
