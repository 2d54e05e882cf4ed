"""What an expression means: terms, their values at sample points, their derivatives."""
