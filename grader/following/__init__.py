"""Follow-through: what the right method gives from a student's own earlier answers, along the computation graph."""
