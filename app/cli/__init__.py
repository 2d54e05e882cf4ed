"""The command line: parse, call, render. Everything heavy is imported by the command that needs it."""

from app.cli.commands import main

__all__ = ["main"]
