"""What is slow or timed, and stays out of the tests."""
