"""Known mistakes, as tables."""
