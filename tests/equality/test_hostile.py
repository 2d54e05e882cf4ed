"""Hostile inputs: each is answered, within the stated numbers of operations, and nothing in it is carried out."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from grader.calculus.budget import Budget
from grader.equality import closely, decide, sampling
from grader.equality.general import equal

ANSWERS = {"same", "different", "undecided", "unreadable"}

CODE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "exec('x=1')",
    "eval('1+1')",
    "open('/etc/passwd').read()",
    "lambda: 0",
    "(lambda x: x)(1)",
    "[x for x in (1, 2)]",
    "{}.__class__",
    "x.__class__",
    "f'{1+1}'",
    "import os",
    "os.system('true')",
    "globals()",
    "breakpoint()",
    "print(1)",
    "%run true",
    "`true`",
    "$(true)",
    r"\input{/etc/passwd}",
    r"\write18{true}",
    r"\def\x{\x}\x",
    r"\csname x\endcsname",
    "sympify('1')",
    "Symbol('x').func",
    "S('__import__')",
    "lambdify(x, x)",
    "x; import os",
    "x # comment",
    "//comment",
    "block([x: 1], x)",
    'system("true")',
    "x:=1",
]

LARGE = [
    "9^9^9^9",
    "9^(9^(9^9))",
    "(((9^9)^9)^9)^9",
    "2^(2^(2^(2^(2^2))))",
    "10^(10^10)",
    "x^(10^100)",
    "(x+y+z)^1000",
    "(x+1)^(10^6)",
    "(1+x)^512*(1+y)^512",
    "(10^6)!",
    "(10^100)!",
    "((((9!)!)!)!)!",
    "n!!!!!!!",
    "binomial(10^9, 10^8)",
    "gamma(10^12)",
    "sum(k, k, 1, 10^12)",
    "sum(sum(sum(i*j*k, i, 1, 900), j, 1, 900), k, 1, 900)",
    "product(k, k, 1, 10^6)",
    "sum(x^k, k, 1, 999)",
    "prod(sum(x^k, k, 1, m), m, 1, 500)",
    "sum(k, k, 1, n^n^n)",
    "diff(x^x^x^x, x, 20)",
    "diff(" * 15 + "sin(x*cos(x))" + ", x)" * 15,
    "taylor(tan(tan(tan(x))), x, 0, 12)",
    "exp(exp(exp(exp(x))))",
    "exp(exp(exp(exp(10))))",
    "1e4000",
    "1e-4000",
    "1e999999999",
    "1e-999999999",
    "0." + "0" * 300 + "1",
    "9" * 400,
    "9" * 401,
    "1/3" + "*7/9" * 90,
    "sin(10^300)",
    "sqrt(" * 60 + "x" + ")" * 60,
    "det([[" + "],[".join(",".join(["x"] * 9) for _ in range(9)) + "]])",
    "[[1,2],[3,4]]^1000000",
    "[" * 50 + "1" + "]" * 50,
    "{" + ",".join(map(str, range(500))) + "}",
    "max(" + ",".join(["x"] * 600) + ")",
    "floor(10^300*x)",
    "gcd(10^30, 10^29)",
    "log(log(log(log(log(x)))))",
]

DEEP = [
    "(" * 99 + "x" + ")" * 99,
    "(" * 5_000 + "x" + ")" * 5_000,
    "-" * 99 + "x",
    "-" * 9_000 + "x",
    "sin(" * 95 + "x" + ")" * 95,
    "sin " * 2_000 + "x",
    "x" + "^x" * 95,
    "x" + "^{x" * 2_000 + "}" * 2_000,
    "x" + "_{x" * 90 + "}" * 90,
    "x" + "'" * 5_000,
    "x" + "[1]" * 3_000,
    "x" + "!" * 5_000,
    "|" * 2_000 + "x" + "|" * 2_000,
    r"\frac{1}{" * 80 + "x" + "}" * 80,
    r"\frac{" * 2_000,
    "{" * 9_000,
    r"\left(" * 1_000,
    r"\begin{bmatrix}" * 500,
    r"\begin{cases} x & x > " * 60,
    r"\underbrace{" * 90 + "x" + "}" * 90,
    r"\sum_{i=1}^{2} " * 90 + "i",
    r"\int " * 90 + "x" + " dx" * 90,
    r"\nabla " * 200 + "x",
    "x/" * 3_000 + "x",
    "f(" * 97 + "x" + ")" * 97,
    "+".join(["x"] * 990),
    "*".join(["(x+y)"] * 300),
    "E[" * 90 + "x" + "]" * 90,
    "KL(" * 60 + "q||p" + ")" * 60,
    "x" * 61,
    "x" * 9_999,
    "x_" * 4_000 + "x",
]

ODD = [
    "",
    " ",
    "\x00",
    "x\x00y",
    "\x1b[31mx",
    "x\u202ey",
    "x\u200by",
    "\ufeffx",
    "\ud800",
    "x\U0010ffff",
    "𝕩 + 𝟚",
    "ｘ＋ｙ",
    "٣ + ٤",
    "½",
    "x̂̂̂̂̂̂",
    "🙂",
    "İ",
    "ﬁ(x)",
    "х",
    "∑∑∑∑",
    "√√√√x",
    "∫∫∫∫",
    "⁻⁻⁻",
    "₁₂₃",
    "x²³⁻⁴",
    "\\",
    "\\\\",
    "$",
    "&&&",
    "{}",
    "[]",
    "()",
    "_",
    "^",
    "'",
    "||",
    "%",
    "%%%",
    ".",
    "...",
    ",,,",
    ";;;",
    "=",
    "= = =",
    "\n" * 5_000,
    "(" + " " * 9_000 + ")",
]

HOSTILE = [*CODE, *LARGE, *DEEP, *ODD]


class Spent:
    """Budgets that remember how much was spent of them."""

    def __init__(self) -> None:
        self.most = 0

    def budget(self, operations: int) -> Any:
        """A budget of these operations."""
        spent = self

        class Remembering(Budget):
            def spend(self, amount: int) -> None:
                try:
                    super().spend(amount)
                finally:
                    spent.most = max(spent.most, operations - max(self.left, 0))

        return Remembering(operations)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_every_hostile_input_is_answered_within_the_budgets(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = Spent()
    monkeypatch.setattr(sampling, "Budget", spent.budget)
    monkeypatch.setattr(decide, "Budget", spent.budget)
    for a, b in ((text, "x"), ("x", text), (text, f"({text})")):
        assert equal({"a": a, "b": b})["verdict"] in ANSWERS
    assert spent.most <= max(sampling.COMPILE_BUDGET, sampling.PRECISE_BUDGET, decide.PROOF_BUDGET)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_nothing_is_the_same_as_a_new_name(text: str) -> None:
    assert equal({"a": text, "b": "unheardof"})["verdict"] != "same"


@pytest.mark.parametrize("text", CODE)
def test_nothing_is_carried_out(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("carried out")

    for name in ("eval", "exec", "compile", "open", "breakpoint", "__import__"):
        if name != "__import__":
            monkeypatch.setattr(builtins, name, refuse)
    assert equal({"a": text, "b": text})["verdict"] in ANSWERS


@pytest.mark.parametrize("key", ["constants", "variables"])
def test_declared_names_are_no_way_in(key: str) -> None:
    names = [*CODE, *ODD]
    for name in names:
        assert equal({"a": "x", "b": "2*x", key: {name: 1}})["verdict"] in ANSWERS


def test_no_more_digits_are_written_than_stated() -> None:
    assert closely.MOST_DIGITS <= 1_500
