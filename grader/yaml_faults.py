"""What is wrong in the syntax of a YAML text, in the words of whoever wrote it, where the parser speaks of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from yaml.error import MarkedYAMLError

from grader.errors import Fault

NESTED = "exceeded maximum nesting depth"
ALIAS = (
    "anchors and aliases (`&`, `*`) are not read: write it out, or put a text that begins with such a sign in quotes"
)
# https://yaml.org/spec/1.2.2/#51-character-set
_NO_SIGN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTED = "put a text that begins with it in quotes"
_CURLY = "“”„‟‘’‚‛«»"


def sign_fault(text: str) -> Fault | None:
    """The first sign that no YAML text may have."""
    found = _NO_SIGN.search(text)
    if found is None:
        return None
    message = f"got the control character U+{ord(found[0]):04X}, which a text can't hold; delete it"
    return Fault.at(text, found.start(), message)


def nested_too_deep(most: int) -> str:
    """Words for lists and keys in each other past a bound."""
    return f"nested too deep; at most {most} levels are read"


def key_fault(text: str, key: Any, value: Any) -> str | None:
    """What is wrong with a key that the parser takes without complaint, as events of libyaml."""
    name = key.value
    if key.style:
        return None
    if not name and text[key.start_mark.index - 1 : key.start_mark.index] == "?":
        return "got a lone `?`, which begins a key in YAML; write the answer, or nothing, or `?` in quotes"
    if not name:
        return "got a colon without a key before it; write `key: value`"
    if name[0] in _CURLY:
        return f"got the typographic quote {name[0]!r}; YAML's quotes are straight: \" or '"
    unsaid = getattr(value, "value", None) == "" and not value.style
    if unsaid and ":" in name and value.start_mark.index == key.end_mark.index:
        return f"got {name[:40]!r} without a blank after its colon; write `key: value`"
    return None


def syntax_fault(text: str, error: MarkedYAMLError, max_depth: int) -> Fault:
    """The parser's finding at its place; what is not in the table is said as the parser says it."""
    mark = error.problem_mark or error.context_mark
    position = min(mark.index, len(text)) if mark else 0
    problem = error.problem or "unreadable"
    if NESTED in problem:
        return Fault.at(text, position, nested_too_deep(max_depth))
    said = next((words for part, words in _SAID if part in problem), None)
    if said is _escape:  # at the letter that the backslash does not go with
        position = text.rfind("\\", 0, position + 1) + 1
    return Fault.at(text, position, said(text, position, error) if callable(said) else said or problem)


def _start(text: str, position: int, _: MarkedYAMLError) -> str:
    sign = text[position : position + 1]
    return "a tab; indent with spaces" if sign == "\t" else f"got {sign!r} where a value begins; {_QUOTED}"


def _escape(text: str, position: int, _: MarkedYAMLError) -> str:
    letter = text[position : position + 1]
    return (
        f"in double quotes a backslash is doubled: write `\\\\{letter}`, or put the text into single quotes, where it"
        " stays as it is"
    )


def _anchor(text: str, position: int, error: MarkedYAMLError) -> str:
    begun = error.context_mark.index if error.context_mark else position
    return f"got {text[begun : begun + 1]!r} where a value begins; {_QUOTED}"


def _no_key(text: str, position: int, error: MarkedYAMLError) -> str:
    """A block went on otherwise than it began: by its indentation, or after the end of a text or list."""
    before = text[text.rfind("\n", 0, position) + 1 : position]
    begun = error.context_mark
    sign = text[position : position + 1]
    if sign in _NO_KEYS:
        return _NO_KEYS[sign]
    if begun and not before.strip(" -"):
        return _indented(begun, len(before))
    if before.rstrip().endswith(("]", "}")):
        return "a list or object has ended before this: put a text that begins with a bracket into quotes"
    return "a text has ended before this: a quote is not closed, or one inside it needs the other kind around it"


_NO_KEYS = {
    ",": "a comma after a value; lines of YAML end without one",
    ":": "got a colon without a key before it; write `key: value`",
}


def _indented(begun: Any, column: int) -> str:
    if begun.column == column:
        return f"keys and a list's items stand on one level: that begins in line {begun.line + 1}; indent one of them"
    return (
        f"indented otherwise than what it belongs to: that began in line {begun.line + 1}, "
        f"column {begun.column + 1}; this in {column + 1}"
    )


def _colon(text: str, position: int, _: MarkedYAMLError) -> str:
    """A colon where no key can stand: behind a tab, below a comment of another language, or inside a text."""
    lines = text[: text.find("\n", position) + 1 or None].splitlines()[-2:]
    if lines and "\t" in lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]:
        return "a tab; indent with spaces"
    if any(line.lstrip().startswith(("//", "/*")) for line in lines):
        return "got `/` where a key is expected; comments begin with # in YAML"
    return "a colon where no key can stand: put a text that has a colon into quotes, and look at the indentation"


def _open(text: str, position: int, error: MarkedYAMLError) -> str:
    """A flow list or object whose next entry does not come; at the text's end it was left open."""
    if position < len(text.rstrip()) or not error.context_mark:
        return "a comma or a closing bracket is missing before this; a text with such signs goes into quotes"
    begun = error.context_mark
    bracket = text[begun.index : begun.index + 1]
    return (
        f"the text ends here, and {bracket!r} from line {begun.line + 1}, column {begun.column + 1} is still open: "
        "a comma or a closing bracket is missing before this"
    )


def _unclosed(_text: str, _: int, error: MarkedYAMLError) -> str:
    begun = error.context_mark
    place = f"line {begun.line + 1}, column {begun.column + 1}" if begun else "before this"
    return f"the text ends here, and the quote that was opened in {place} is not closed"


def _content(text: str, position: int, _: MarkedYAMLError) -> str:
    sign = text[position : position + 1] or "the end"
    return f"got {sign!r} where a value is expected; write the value, or put a text with such a sign in quotes"


_Words = Callable[[str, int, MarkedYAMLError], str]
_SAID: tuple[tuple[str, str | _Words], ...] = (
    ("found a tab character", "a tab; indent with spaces"),
    ("found character that cannot start any token", _start),
    ("found unknown escape character", _escape),
    ("did not find expected hexdecimal number", _escape),
    ("found invalid Unicode character escape code", _escape),
    ("did not find expected alphabetic or numeric character", _anchor),
    ("did not find expected key", _no_key),
    ("did not find expected '-' indicator", _no_key),
    ("did not find expected ',' or", _open),
    ("found unexpected end of stream", _unclosed),
    ("did not find expected node content", _content),
    ("could not find expected ':'", "a key without its colon before this, or a list's item without its dash"),
    ("mapping values are not allowed", _colon),
    ("mapping keys are not allowed", "got a lone `?`; write the answer, or nothing, or put a text with it in quotes"),
    ("block sequence entries are not allowed", "got a dash where no list can begin; begin the list on its own line"),
    (
        "did not find expected comment or line break",
        "`|` and `>` begin a text of several lines in YAML; put a formula that begins with one in quotes",
    ),
    ("did not find expected <document start>", "the text has ended before this; leave the line `...` out"),
    ("found unknown directive name", f"got '%' where a line begins; {_QUOTED}; comments begin with #"),
    ("did not find the expected '>'", f"got '!' where a value begins; {_QUOTED}"),
)
