"""What is wrong in the syntax of a YAML text, in the words of whoever wrote it, where the parser speaks of tokens."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from grader.errors import Fault

_ESCAPE = re.compile(r"found unknown escape character '(.+)'")
_INDENTED = re.compile(r"expected <block end>, but found '<block (mapping|sequence) start>'")
_SAID = (
    (
        re.compile(r"could not find expected ':'"),
        "a key without its colon before this, or a list's item without its dash",
    ),
    (re.compile(r"found character '\\t'"), "a tab; indent with spaces"),
    (
        re.compile(r"expected <block end>, but found '<scalar>'"),
        "a text has ended before this: a quote is not closed, or one inside it needs the other kind around it",
    ),
    (
        re.compile(r"mapping values are not allowed"),
        "a colon where no key can stand: put a text that has a colon into quotes, and look at the indentation",
    ),
    (
        re.compile(r"expected ',' or '[\]}]', but got"),
        "a comma or a closing bracket is missing before this; a text with such signs goes into quotes",
    ),
)


def syntax_fault(error: MarkedYAMLError) -> Fault:
    """The parser's finding at its place; what is not in the table is said as the parser says it."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(line, column, _message(error, column))


def _message(error: MarkedYAMLError, column: int) -> str:
    problem = error.problem or "unreadable"
    escape = _ESCAPE.fullmatch(problem)
    if escape:
        return (
            f"in double quotes a backslash is doubled: write `\\\\{escape[1]}`, or put the text into single quotes, "
            "where it stays as it is"
        )
    if _INDENTED.search(problem) and error.context_mark:
        line, begun = error.context_mark.line + 1, error.context_mark.column + 1
        return (
            f"indented otherwise than what it belongs to: that began in line {line}, column {begun}; this in {column}"
        )
    return next((said for pattern, said in _SAID if pattern.search(problem)), problem)
