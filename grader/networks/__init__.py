"""Networks that a rubric declares by formulas: from their text to a graph of the table's operations."""
