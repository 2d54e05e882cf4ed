"""What is wrong in the syntax of a JSON text, in the words of whoever wrote it: as often as not, Python or YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from grader.errors import Fault

_BLANK = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[A-Za-z_0-9.]{1,80}")
_COMMAND = re.compile(r"[A-Za-z]{0,40}")
_WANTED: Mapping[str, str] = {
    "Expecting value": "a value",
    "Expecting property name": "a key in double quotes",
    "Expecting ':' delimiter": "a colon and a value",
    "Expecting ',' delimiter": "a comma or a closing bracket",
    "Extra data": "the end of the text",
}
_SIGNS: Mapping[str, str] = {
    "'": "JSON's texts stand in double quotes",
    "`": "JSON's texts stand in double quotes",
    **dict.fromkeys("“”„‟‘’‚‛«»", "this is a typographic quote; JSON's is the straight one, \""),
    "/": "JSON has no comments, and a fraction is a text in double quotes",
    "#": "JSON has no comments; delete this one, or write YAML",
    "?": 'write the answer, or `null` for none, or "?" in quotes',
    ".": "a number has a digit before its point and one after it, as in 0.5",
    "+": "a number has no plus before it; a formula is a text in double quotes",
    "-": "after a minus comes a digit, as in -0.5; minus infinity is `-Infinity`",
    "\\": "a formula is a text in double quotes, and each backslash in it is doubled",
    "=": "between a key and its value stands a colon; a formula is a text in double quotes",
    "(": "a list stands in [ ]; a formula is a text in double quotes",
    ",": "an entry is missing before it; write it, or `null` for none",
    **dict.fromkeys("]}", "it closes nothing; look at the brackets before it"),
    ";": "entries are told apart by commas",
    "\xa0": "this is a no-break blank; write a usual one",
    "\ufeff": "this is a byte order mark; save the file anew as UTF-8 without it",
}
_MEANT: Mapping[str, str] = {
    "True": "true",
    "False": "false",
    "None": "null",
    "undefined": "null",
    **dict.fromkeys(("nan", "NAN", "Nan"), "NaN"),
    **dict.fromkeys(("inf", "Inf", "infinity"), "Infinity"),
}


def json_fault(text: str, error: json.JSONDecodeError) -> Fault:
    """What Python's parser found, at its place: what was got, what was expected, what to do."""
    for begun, told in _INSIDE.items():
        if error.msg.startswith(begun):
            return Fault.at(text, error.pos, told.format(command=_command(text, error.pos)))
    comma = error.msg.startswith("Illegal trailing comma")  # Python 3.13 points at the comma, earlier ones behind it
    position = _after_blanks(text, error.pos + comma)
    wanted = "Expecting value" if comma else error.msg
    expected = next((words for begun, words in _WANTED.items() if wanted.startswith(begun)), "JSON")
    return Fault.at(text, position, _outside(text, position, expected))


_INSIDE: Mapping[str, str] = {
    "Invalid \\": (
        "got a single backslash before `{command}`; in JSON each backslash is doubled: write `\\\\{command}`, or hand"
        " in YAML with single quotes, where it stays as it is"
    ),
    "Invalid control character": (
        "got a line's end, or a tab, inside a text; expected the closing quote: close it, write `\\n` for a new line,"
        " or hand in a list with a text for each line"
    ),
    "Unterminated string": "got a quote that is never closed; expected a second one: close the text that begins here",
    "Unexpected UTF-8 BOM": "got a byte order mark; save the file anew as UTF-8 without it",
}


def _command(text: str, position: int) -> str:
    """The letters behind a backslash; the parser points at the sign itself, or at the `u` after it."""
    begun = position + (text[position : position + 1] == "\\")
    found = _COMMAND.match(text, begun)
    return (found and found[0]) or text[begun : begun + 1]


def _after_blanks(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _outside(text: str, position: int, expected: str) -> str:
    sign = text[position : position + 1]
    if not sign:
        return f"the text ends here; expected {expected}: something is cut off, or a bracket is not closed"
    word = _WORD.match(text, position)
    if word is not None and word[0][0] != ".":
        return _of_word(text, position, word[0], expected)
    if sign in "]}" and text[:position].rstrip(" \t\r\n").endswith(","):
        return f"got {sign!r} after a comma; expected another entry: leave the comma before it out"
    advice = _SIGNS.get(sign) or _ADVICE.get(expected)
    return f"got {sign!r}; expected {expected}" + (f": {advice}" if advice else "")


def _of_word(text: str, position: int, word: str, expected: str) -> str:
    """Python's words, a key without quotes, a quote inside a text, or a comma that is missing."""
    if word in _MEANT:
        return f"got `{word}`; expected {expected}: JSON writes `{_MEANT[word]}`"
    if expected.startswith("a comma") and text[position - 1] == '"':
        return f'got `{word}` after the end of a text; expected {expected}: a quote inside a text is written `\\"`'
    if expected.startswith("a comma") and text[position - 1].isdigit():
        return f"got `{word}` after a number; expected {expected}: write a number as 0.5 or 5e-1, a formula in quotes"
    return f"got `{word}`; expected {expected}: {_ADVICE.get(expected, 'a text stands in double quotes')}"


_ADVICE: Mapping[str, str] = {
    "a comma or a closing bracket": "separate entries with a comma",
    "the end of the text": "it has ended before this; hand in one object",
}
