"""What libraries print around numbers, in words: the options of a print, and what a wrapper makes of its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from grader.language.vocabulary import words
from grader.reading.brackets import Wraps
from grader.reading.cursor import Cursor, Tree
from grader.reading.entries import Entry, typed
from grader.reading.tokens import Kind

_VALUE_NAMES = words("numpy data value values object")
_REORDERS = words("nrow ncol byrow order")
_OF_TYPE: Mapping[str, str] = MappingProxyType({"Float32": "float32", "half": "float16"})


TYPED = frozenset({"float32", "float16", "bfloat16"})


def is_named_value(c: Cursor, place: int) -> bool:
    """Whether the numbers stand here behind a name: `numpy=`."""
    return c.tokens[place].text in _VALUE_NAMES and c.tokens[place + 1].kind is Kind.RELATION


def is_option(c: Cursor) -> bool:
    """Whether `name=...` is here that is not the numbers themselves."""
    named = c.tokens[c.at].kind is Kind.WORD and c.tokens[c.at + 1].kind is Kind.RELATION
    return named and not is_named_value(c, c.at)


def option(c: Cursor, close: int) -> str:
    """Skip `name=...`; the type, if it is one that is named."""
    if c.tokens[c.at].text in _REORDERS:
        raise c.stop("the rows of the matrix, written out")
    is_type = c.tokens[c.at].text == "dtype"
    start = c.at
    while c.at < close and c.tokens[c.at].kind is not Kind.COMMA:
        c.at = c.brackets.partners[c.at] + 1 if c.tokens[c.at].kind is Kind.OPEN else c.at + 1
    named = [token.text for token in c.tokens[start + 1 : c.at] if token.kind is Kind.WORD]
    return named[-1] if is_type and named else ""


def of_type(tree: Tree, dtype: str) -> Tree:
    """Every entry known as well as a type is, if that says something."""
    if isinstance(tree, Entry):
        return typed(tree, _OF_TYPE.get(dtype, dtype))
    return tuple(of_type(one, dtype) for one in tree) if _OF_TYPE.get(dtype, dtype) in TYPED else tree


def _one(c: Cursor, values: Sequence[Tree]) -> Tree:
    """The one value; sizes in front of a matrix are none."""
    lists = [value for value in values if isinstance(value, tuple)]
    sizes = len(lists) == 1 and lists[0] is values[-1] and all(_is_size(value) for value in values[:-1])
    if len(values) == 1 or sizes:
        return values[-1]
    raise c.stop("one list of numbers in the brackets of this print")


def _is_size(value: Tree) -> bool:
    return isinstance(value, Entry) and value.text.isdigit()


def _ratio(c: Cursor, values: Sequence[Tree]) -> Tree:
    texts = [value.text for value in values if isinstance(value, Entry)]
    if len(texts) != 2 or len(values) != 2:
        raise c.stop("a numerator and a denominator")
    return c.evaluator.value(f"({texts[0]})/({texts[1]})")


WRAPPED: Mapping[Wraps, Callable[[Cursor, Sequence[Tree]], Tree]] = MappingProxyType(
    {
        Wraps.ONE: _one,
        Wraps.ALL: lambda _, values: tuple(values),
        Wraps.RATIO: _ratio,
        Wraps.NOTHING: lambda _, __: (),
    }
)
