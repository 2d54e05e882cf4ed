"""What other systems import: Canvas, Moodle, nbgrader, Gradescope. No row of theirs can be told from a final grade, so
whatever isn't settled is left out, and said to be."""
