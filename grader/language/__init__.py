r"""One expression language for what students write: LaTeX, Unicode and NumPy-like text, mixed freely.

Reading
    ``parse_expression(text, table=None)`` reads one expression; ``parse_statement(text, table=None)`` reads a chain
    ``a = b >= c``, with or without its left side, and keeps comments beside it as notes. Both raise ``LanguageError``,
    whose ``str`` shows the place under the text. ``parse_answer(text, table)`` reads a whole answer: its main chain,
    the definitions of the student's own names beside it, further statements, and notes. ``readings(text, table)`` is
    all that a statement may be read as, the plainest first; ``readings_together`` reads several alike. ``latex`` says
    for each of them whether letters that stand together are several names, where a comparison has to decide it once
    for two texts. ``table`` is a ``Symbols``, made with ``table_of``::

        table = table_of({
            Symbol("w_0"): ["W_0"], Symbol("x'"): [r"\hat{x}"], Symbol("p(y=0)", scalar=True): ["p"],
            Symbol("h_1", upper=Upper.INDEX): [], Symbol("sigma", role=Role.FUNCTION): ["sigmoid"],
        }, indices="ijklrc")

    A name that the table knows becomes a flat ``Name(base)`` with the table's own spelling; scripts that are no part
    of it become an ``Index``: ``x'_i`` is ``Index(Name("x'"), (Name("i"),), "_")``, ``h_1^1`` is
    ``Index(Name("h_1"), (Number("1"),), "^")``, ``x^{(i)}`` is ``Index(x, (i,), "^(")``. A closed table refuses other
    names, with a guess. Without a table a name keeps its scripts (``Name("x", sub=(Name("i"),), primes=1)``) and
    stands for itself.

The tree (``syntax``)
    Frozen dataclasses, equal by structure; ``span`` and other marks of dress are outside equality. ``trees`` has
    ``children``, ``walk``, ``rebuild``, ``transform``, ``substitute``, ``names``. Sums and products are n-ary;
    a product keeps the sign that was written (``""`` for none); ``a - b`` is ``Sum((a, Negative(b)))``.
    ``\nabla w[i]`` is ``Index(Gradient(w), ...)``: entries are taken of the gradient.

Printing
    ``to_latex(tree)``; ``parse_expression(to_latex(tree), table) == tree``.

Readings that mathematics leaves open, and what is done
    * ``\log a b`` without brackets: the whole implicit product, up to the next function, sum or expectation; the
      ``Apply`` has an empty ``bracket`` and a reader may move its last factors outside.
    * ``a/bc`` is a/(bc); ``a/b c``, with the blank, (a/b)c; ``\log a / b`` is (log a)/b. Such quotients are marked
      ``doubtful``.
    * ``f(x)`` without a table applies f; ``x (1-x)``, with the blank, multiplies, except for f, g, h, p, q and
      their capitals, and wherever a conditional bar is inside.
    * ``E[...]``, ``E_q[...]`` is an expectation, ``E`` alone a name, ``E[1]`` an entry.
    * ``{x}`` alone in plain text is a set; where more stands beside it, in LaTeX, and after ``E_q``, it is a bracket.
    * ``k(x + y)`` of a letter that nothing is known of applies k; the ``Apply`` is marked ``guessed``.
    * ``x^{(2)}`` behind a name is an index, behind a number, e or a bracket a power; ``x^(2)`` is always a power.
    * ``A.sum(axis=0)`` is ``sum(A, axis=0)``; ``np.``, ``torch.``, ``F.`` before a function are left out.
    * ``(x)_+`` is relu(x), ``[a > 0]`` an indicator; ``\Sigma_{i=1}^N`` a sum, unless the table has a Sigma.

Bounds: 10,000 characters, 6,000 tokens, 2,000 nodes, depth 100, 400 digits,
60 letters. Whoever evaluates bounds powers and ranges.
"""

from __future__ import annotations

from grader.language.answers import Answer, parse_answer
from grader.language.errors import LanguageError, Span
from grader.language.parser import parse_expression
from grader.language.printer import to_latex
from grader.language.readings import readings, readings_together
from grader.language.statements import parse_statement
from grader.language.symbols import FREE, Role, Symbol, Symbols, Upper
from grader.language.tables import table_of

__all__ = [
    "FREE",
    "Answer",
    "LanguageError",
    "Role",
    "Span",
    "Symbol",
    "Symbols",
    "Upper",
    "parse_answer",
    "parse_expression",
    "parse_statement",
    "readings",
    "readings_together",
    "table_of",
    "to_latex",
]
