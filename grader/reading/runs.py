"""Where one entry ends and the next begins, and what a run of tokens is worth.

Blanks separate: `1 2` are two numbers, `1 - 2` and `1-2` are one, `1 -2` are two, as in MATLAB, unless all signs are
read as joining.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from grader.calculus.budget import Budget
from grader.calculus.functions import spelled
from grader.language.vocabulary import words
from grader.reading.entries import Entry, bad_entry, literal, scaled
from grader.reading.expressions import Evaluator
from grader.reading.scanner import scan
from grader.reading.tokens import Kind, Token

Run = Sequence[Token]

# What a print or a file has where there is no finite number.
NOT_FINITE = words("nan inf infinity na none null oo undef undefined indeterminate")
_CONSTANTS: Mapping[str, str] = MappingProxyType({"Pi": "pi", "PI": "pi", "E": "e"})
# Units that are one: a natural unit of information, and an angle's.
_UNITS = words("nat nats rad")
# A number's type, as a library prints it in front.
SCALARS = words("float64 float32 float16 bfloat16 longdouble double single float int int64 int32 mpf Float Decimal N")
_POWER_OF_TEN = re.compile(r"1e[-+]?[0-9]{1,4}")
_LEFT_WITH_ITS_ARGUMENT = frozenset({r"\frac", r"\dfrac", r"\tfrac", r"\sqrt", "√"})

ONE_ENTRY_BUDGET = 2_000


def is_function(token: Token) -> bool:
    """Whether a token is the name of a function that the language knows."""
    if token.kind not in (Kind.WORD, Kind.COMMAND):
        return False
    word, _, base = token.text.removeprefix("\\").lower().partition("_")
    known = spelled(word) is not None and (not base or base.isdigit())
    return known or spelled(f"{word}_{base}") is not None or token.text in _LEFT_WITH_ITS_ARGUMENT


def is_number_word(token: Token) -> bool:
    """Whether a token is a word that stands for a number, a function of numbers, or what is not finite."""
    if token.kind not in (Kind.WORD, Kind.COMMAND):
        return False
    constant = token.text.removeprefix("\\") in ("pi", "e") or token.text in _CONSTANTS
    return constant or is_function(token) or token.text.lower() in NOT_FINITE or token.text in SCALARS


_ENDS = frozenset({Kind.NUMBER, Kind.CLOSE, Kind.PERCENT, Kind.PRIME, Kind.WORD, Kind.COMMAND})


def begins(before: Token | None, token: Token, after: Token | None, *, joins: bool) -> bool:
    """Whether a token begins an entry of its own behind `before`. `joins`: a sign behind a blank joins."""
    if before is None or before.kind not in _ENDS or is_function(before) or not token.blank:
        return False
    if token.kind is Kind.OPERATOR and token.text in "+-":
        return not joins and after is not None and not after.blank
    if token.kind is Kind.OPEN:
        return token.text != "{"
    if token.kind is Kind.COMMAND:
        return is_function(token)
    return token.kind is Kind.NUMBER or (token.kind is Kind.WORD and token.text not in _UNITS)


def is_sum(run: Run) -> bool:
    """Whether something is added or subtracted in a run outside of brackets: it is no factor."""
    depth = 0
    for before, token in pairwise(run):
        depth += (before.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is Kind.OPERATOR and token.text in "+-" and depth == 0 and before.kind in _ENDS:
            return True
    return False


def read_entry(text: str) -> Entry:
    """Read one number or expression; what is none becomes a bad entry, never an error."""
    return entry_of(scan(text), Evaluator(Budget(ONE_ENTRY_BUDGET)))


def entry_of(run: Run, evaluator: Evaluator) -> Entry:
    """The entry that a run of tokens is. Raises `OverBudgetError` where an answer's expressions take too much work."""
    if len(run) == 1 and run[0].kind is Kind.NUMBER:
        return literal(run[0].text)
    run = [token for token in run if token.kind not in (Kind.LINE, Kind.MARK)]
    if len(run) > 1 and run[-1].kind is Kind.WORD and run[-1].text in _UNITS:
        run = run[:-1]
    plain = _plain(run)
    entry = _product(plain) if plain else None
    if entry is not None:
        return entry
    spelt = spelling(run)
    return _unread(run, spelt) or evaluator.value(spelt)


def spelling(run: Run) -> str:
    """A run as the language spells it."""
    return "".join(_spelt(run, place) for place in range(len(run))).strip()


def _spelt(run: Run, place: int) -> str:
    token = run[place]
    following = run[place + 1].text if place + 1 < len(run) else ""
    blank = " " if token.blank else ""
    if token.kind is Kind.WORD:
        if following == "(" and token.text in SCALARS:
            return blank
        word = token.text.lower() if is_function(token) else _CONSTANTS.get(token.text, token.text)
        return blank + word
    if token.kind is Kind.PERCENT:
        return "*1e-2"
    return blank + _BRACKETS.get(token.text, token.text)


_BRACKETS: Mapping[str, str] = MappingProxyType({"[": "(", "]": ")"})


def _plain(run: Run) -> str:
    """A number with its powers of ten, as `0.38*1e-5`, or a fraction of whole ones with them; "" for anything else."""
    pieces: list[str] = []
    place = 0
    while place < len(run):
        power, length = _power_of_ten(run, place)
        token = run[place]
        if not length and token.kind not in _IN_NUMBERS:
            return ""
        pieces.append(power or _PERCENT.get(token.text, token.text))
        place += length or 1
    text = "".join(pieces)
    return text if _PRODUCT.fullmatch(text) and not _two_numbers(run) else ""


_IN_NUMBERS = frozenset({Kind.NUMBER, Kind.TIMES, Kind.OPERATOR, Kind.PERCENT})
_PERCENT: Mapping[str, str] = MappingProxyType({"%": "*1e-2"})
_FACTOR = r"(?:[0-9]+/[0-9]+|[0-9.]+(?:e[-+]?[0-9]+)?)"
_PRODUCT = re.compile(rf"[-+]?{_FACTOR}(?:\*{_FACTOR})*")
_RAISED = re.compile(r"[0-9]{1,4}")


def _power_of_ten(run: Run, place: int) -> tuple[str, int]:
    """A power of ten as `1e-7`, and how many tokens it takes; nothing and 0 if none is here."""
    if run[place].text != "10" or place + 2 >= len(run) or run[place + 1].kind is not Kind.POWER:
        return "", 0
    after = place + 2
    bracket = run[after].kind is Kind.OPEN
    sign = run[after + bracket : after + bracket + 1]
    signed = bool(sign) and sign[0].kind is Kind.OPERATOR and sign[0].text != "/"
    end = after + bracket + signed
    if end + bracket >= len(run) or not _RAISED.fullmatch(run[end].text):
        return "", 0
    if bracket and run[end + 1].kind is not Kind.CLOSE:
        return "", 0
    return f"1e{sign[0].text if signed else ''}{run[end].text}", end + bracket + 1 - place


def _product(text: str) -> Entry | None:
    """The entry of a number times powers of ten; None for a product of several numbers."""
    factors = text.split("*")
    mantissas = [factor for factor in factors if not _POWER_OF_TEN.fullmatch(factor)] or factors[:1]
    if len(mantissas) > 1:
        return None
    factors.remove(mantissas[0])
    entry = _quotient(mantissas[0]) if "/" in mantissas[0] else literal(mantissas[0])
    for factor in factors:
        entry = scaled(entry, literal(factor))
    return bad_entry(text, entry.fault) if entry.fault else Entry(text, entry.value, entry.half_unit, entry.digits)


def _quotient(text: str) -> Entry:
    """A fraction of whole numbers: exact."""
    above, _, below = text.partition("/")
    top, bottom = literal(above), literal(below)
    if top.fault or bottom.fault or not bottom.value:
        return bad_entry(text, f"{text!r} is not a number")
    return Entry(text, top.value / bottom.value)


def _unread(run: Run, text: str) -> Entry | None:
    """Why a run is no expression, where that is plain to see."""
    why = next((words for words in (check(run) for check in _CHECKS) if words), "")
    if not text:
        return bad_entry(text, "an entry is empty")
    return bad_entry(text, why.format(repr(text[:40]))) if why else None


def _not_finite(run: Run) -> str:
    last = run[-1].text.lower() if run and len(run) <= 2 and run[-1].kind is Kind.WORD else ""
    return "{} is not a finite number" if last in NOT_FINITE else ""


def _doubled_sign(run: Run) -> str:
    doubled = any(one.kind is two.kind is Kind.OPERATOR for one, two in pairwise(run))
    return "{} is not a number: it has two signs, one after the other" if doubled else ""


def _two_numbers(run: Run) -> str:
    """Numbers without anything between them: `1..4`, `1'00`."""
    return "{} is not a number" if any(one.kind is two.kind is Kind.NUMBER for one, two in pairwise(run)) else ""


def _loose_exponent(run: Run) -> str:
    """An `e` behind a number may be the number e, or what is left of an exponent: `1.5e -7`."""
    following = [*run[1:], Token(Kind.LINE, "", 0, 0, blank=True)]
    loose = any(
        one.kind is Kind.NUMBER and two.text in ("e", "E") and not two.blank and three.kind is not Kind.POWER
        for one, two, three in zip(run, following, following[1:], strict=False)
    )
    return "{} can be read in two ways; write 1.5e-7, or 1.5*e" if loose else ""


def _lost_power(run: Run) -> str:
    """Whether it ends with `x 10-7`: what a power of ten becomes when it is copied from a page."""
    kinds = [token.kind for token in run[-4:]]
    lost = kinds == [Kind.TIMES, Kind.NUMBER, Kind.OPERATOR, Kind.NUMBER] and run[-3].text == "10"
    if not lost or run[-2].text == "/" or run[-1].blank:
        return ""
    return "{} can be read in two ways; if it is a power of ten, write it as 1.5e-7"


def _dotted_power(run: Run) -> str:
    """`5.10^-7`, where the point may be a product sign."""
    dotted = any(one.text.endswith(".10") and two.kind is Kind.POWER for one, two in pairwise(run))
    return "{} can be read in two ways; if its point is a product sign, write 5e-7" if dotted else ""


def _unit(run: Run) -> str:
    if len(run) < 2 or run[-2].kind is not Kind.NUMBER or not _is_unit(run[-1]):
        return ""
    return f"{{}} has the unit {run[-1].text!r}; write the number alone, in the unit asked for"


def _name(run: Run) -> str:
    name = next((token.text for token in run if token.kind is Kind.WORD and not is_number_word(token)), "")
    if not name:
        return ""
    return f"{{}} is not a number: {name[:20]!r} is a name" if len(run) > 1 else "{} is not a number"


_CHECKS = (_not_finite, _doubled_sign, _two_numbers, _loose_exponent, _lost_power, _dotted_power, _unit, _name)


def _is_unit(token: Token) -> bool:
    return token.kind is Kind.WORD and token.text.isalpha() and not is_number_word(token)
