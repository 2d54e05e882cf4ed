"""What is left of a command whose backslash was not doubled inside quotes: `"\frac"` holds a form feed and `rac`.

JSON and YAML read a backslash in double quotes as the beginning of an escape. Where a formula has the sign that such an
escape stands for, a command was meant.
"""

from __future__ import annotations

import re

from grader.language.errors import LanguageError, Span

_LETTERS = {"\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e"}
# No formula has the first signs; the others are blank space, and an escape only before the rest of a command.
_ESCAPED = re.compile(r"([\a\b\v\f\x1b])|\n(?=abla)|\t(?=anh|heta|ext|imes)|\r(?=ho|ight)")


def check_escapes(text: str) -> None:
    """Raise `LanguageError` at the first sign that is left of a command."""
    found = _ESCAPED.search(text)
    if found is None:
        return
    rest = re.match(r"[A-Za-z]*", text[found.end() :])
    command = _LETTERS[found[0]] + (rest[0] if rest else "")
    message = f"a single backslash in double quotes has made another sign of `\\{command}`; write `\\\\{command}` there"
    raise LanguageError("unexpected", message, text, Span(*found.span()))
