"""The shell around the grader: HTTP, database, files, processes and the command line."""
