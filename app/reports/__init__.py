"""Values in, text out: what the service shows of assignments, submissions and scores. No I/O."""
