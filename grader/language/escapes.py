"""What is left of a command whose backslash was not doubled inside quotes: `"\frac"` holds a form feed and `rac`.

JSON and YAML read a backslash in double quotes as the beginning of an escape. Where a formula has the sign that such an
escape stands for, a command was meant: in an answer it is read back, and that is said; elsewhere it is an error.
"""

from __future__ import annotations

import re

from grader.language.errors import LanguageError, Span

_LETTERS = {
    "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e", "\x85": "N",
    "\u2028": "L", "\u2029": "P",
}  # fmt: skip
# No formula has the first signs; the others are blank space, and an escape only before the rest of a command.
_ESCAPED = re.compile(
    r"[\a\b\v\f\x1b]|\n(?=abla|eq(?![A-Za-z])|otag|onumber)|\t(?=anh|heta|ext|imes|au(?![A-Za-z])|ilde|riangleq)"
    r"|\r(?=ho|ight|angle)|\u2028(?=ambda|eft)|\u2029(?=hi|si|i(?![A-Za-z])|r(?![A-Za-z]))|\x85(?=abla)"
)
_REST = re.compile(r"[A-Za-z]{0,40}")


def restored(text: str) -> tuple[str, tuple[str, ...]]:
    """An answer with the commands that single backslashes have broken, as they were meant; and these commands.

    Only what can be nothing else is read back: signs that no answer has, and blank space before the rest of a command.
    """
    meant: list[str] = []

    def command(found: re.Match[str]) -> str:
        rest = _REST.match(text, found.end())
        meant.append("\\" + _LETTERS[found[0]] + (rest[0] if rest else ""))
        return "\\" + _LETTERS[found[0]]

    return _ESCAPED.sub(command, text), tuple(dict.fromkeys(meant))


def check_escapes(text: str) -> None:
    """Raise `LanguageError` at the first sign that is left of a command."""
    found = _ESCAPED.search(text)
    if found is None:
        return
    rest = _REST.match(text, found.end())
    command = _LETTERS[found[0]] + (rest[0] if rest else "")
    message = f"a single backslash in double quotes has made another sign of `\\{command}`; write `\\\\{command}` there"
    raise LanguageError("unexpected", message, text, Span(*found.span()))
