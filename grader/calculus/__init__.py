"""Terms of mathematics: the one table of functions, the terms they are written in, and what those are worth."""
