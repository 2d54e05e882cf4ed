"""Derivations: whether a step holds, in random finite worlds and by certificates, and what its sides show."""
