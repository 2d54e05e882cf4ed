"""Formulas over a homework's quantities: what they are worth at sample points, on arrays with named axes."""
