"""Formulas that nobody means well with, and ones that are broken at random: each is answered, nothing escapes."""

import random

import pytest

from grader.engine import grade
from grader.report import Verdict
from grader.submission import Submission
from tests.formulas.cases import RIGHT, WRONG
from tests.homework6 import hw6

HOSTILE = (
    "__import__('os').system('true')",
    "eval(compile('1','','eval'))",
    "().__class__.__bases__[0].__subclasses__()",
    "lambda: 0",
    "w_0" * 3000,
    "(" * 5000 + "z" + ")" * 5000,
    "[" * 5000,
    r"\frac{" * 2000,
    "x^" * 500 + "2",
    "9^9^9^9^9^9",
    "10^{10^{10^{10}}}",
    "1e999999",
    "9" * 9000,
    r"\sum_{i=1}^{1000000000} x_i",
    r"\sum_{i=1}^{99999999999999999999999999} x_i",
    r"\sum_{i=-1000000}^{4} x_i",
    "h_1[999999999][0][0]",
    "h_1[i][j][k][l][m]",
    "h_1^{99}",
    "x_{i,j,k,l}",
    r"\nabla w_1[r+i-1] = \nabla h_2[r]",
    "h_0[i+1][j] = z[i]",
    "pad(h_1, 1000000)",
    "pad(h_1, -3)",
    "corr(h_1)",
    "corr(w_1, h_1)",
    "w_2 " * 40,
    "x' " * 14,
    "(x - x') " * 12,
    "x \\otimes " * 9 + "x",
    "|" * 2000,
    "z" + "'" * 3000,
    "z" + "_i" * 1000,
    "\x00\x01\x02",
    "h\u202e_0\u200b",
    "\U0001f4a5 + ∞",
    "ｈ_0 = ＲｅＬＵ(z)",
    "\\" * 3000,
    "\\begin{cases}" * 100,
    "\\begin{cases} x & x > 0 \\end{cases} (",
    "&&&&\\\\\\\\",
    "=" * 1000,
    "{" * 1000,
    "∇" * 1000 + "x",
    "max(0)",
    "max(0, 1, 2, 3)",
    "reshape()",
    r"\mathbf{1}[x]",
    r"\frac{\partial x}{\partial}",
    r"\frac{\partial^9 x'}{\partial h^9}",
    "a" * 9999,
    "z = z = z = z",
    " \n\n\t = ",
)


def answered(item: str, formula: str) -> Verdict:
    report = grade(Submission(answers={item: formula}), hw6())
    return next(one for one in report.items if one.id == item).verdict


@pytest.mark.parametrize("item", ["p1.forward.h0.formula", "p1.backward.w1.formula", "p2.w1.formula"])
@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_formula_is_answered_and_earns_nothing(item: str, formula: str) -> None:
    assert answered(item, formula) not in {Verdict.CORRECT, Verdict.FOLLOW_THROUGH}


PIECES = tuple(
    """w_0 z b_0 h_0 h_1 w_1 h_2 H_2 p x x' h w_2 X X' H N i j [i] [r+i-1] ^T ^2 ( ) + - * \\odot \\otimes \\sum_i
    \\nabla \\sum_{i=1}^4
    \\frac{1}{2} \\sigma ReLU reshape corr pad 2 0 1e300 / \\mathbf{1}[x>0] diag tr | \\| _i _j = , [ ]
    \\frac{dh}{dw_1} Deconv \\begin{cases}x&x>0\\end{cases}""".split()  # noqa: SIM905 - a list of words reads better so
)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_broken_at_random_is_answered(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    pool = [form for forms in RIGHT.values() for form in forms] + [
        form for forms in WRONG.values() for form, _ in forms
    ]
    for _ in range(60):
        text = list(rng.choice(pool))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(text) + 1)
            text[place : place + rng.randint(0, 2)] = list(rng.choice(PIECES))
        answered(rng.choice(list(RIGHT)), "".join(text))
        answered(rng.choice(list(RIGHT)), " ".join(rng.choice(PIECES) for _ in range(rng.randint(1, 14))))
