"""The HTTP routes: parse, call a use case, render. No rules here."""
