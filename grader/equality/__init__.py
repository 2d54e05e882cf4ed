"""When two things are the same."""
