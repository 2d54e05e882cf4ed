"""What the service does, one use case a function: open a unit of work, act, commit."""
