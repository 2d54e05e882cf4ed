"""Which texts are read alike, and which are not."""

from __future__ import annotations

import pytest

from grader.language import LanguageError, parse_expression, parse_statement
from grader.language import syntax as s
from grader.language.trees import children, names, rebuild, substitute, transform, walk

EQUAL = [
    (r"w_0^T z + b_0", "w₀ᵀ z + b₀"),
    (r"w_{0}^{T} z", r"w_0^\top z"),
    ("w_0.T @ z", r"w_0^T @ z"),
    ("a**2", "a^2"),
    ("x²", "x^2"),
    ("x⁻¹", "x^{-1}"),
    (r"\frac{a}{b}", "a/b"),
    (r"\dfrac ab", "a/b"),
    (r"\frac12", "1/2"),
    (r"{a \over b}", r"\frac{a}{b}"),
    (r"\sqrt{x}", "sqrt(x)"),
    (r"\sqrt[3]{x}", "root(x, 3)"),
    (r"\binom{n}{k}", "binomial(n, k)"),
    (r"\text{ReLU}(x)", "ReLU(x)"),
    (r"\mathrm{ReLU}\left( x \right)", r"\operatorname{ReLU}(x)"),
    (r"\bigl( a + b \bigr) c", "(a+b)c"),
    (r"\left\{ a + b \right\} c", r"\left[ a + b \right] c"),
    (r"\log p", "log p"),
    (r"\log \left( x \right)", "log(x)"),
    (r"\sin^2 x", r"(\sin x)^2"),
    (r"\sin^{-1} x", "arcsin(x)"),
    ("-x^2", "-(x^2)"),
    ("2^-2", "2^{-2}"),
    ("a^b^c", "a^{b^c}"),
    ("2x", "2 x"),
    (r"\alpha \beta", "αβ"),
    (r"\theta", "theta"),
    (r"\boldsymbol{z}", "z"),
    (r"\mathbf z", "z"),
    (r"x'_i", "x_i'"),
    (r"x^{\prime}_i", "x'_i"),
    (r"\mathbb{E}_{q(z|x)}[f]", "E_{q(z|x)}[f]"),
    (r"\mathbb{E}_q \left\{ f \right\}", "E_q[f]"),
    (r"𝔼_q[f]", "Eq[f]"),
    (r"\underset{z \sim q}{\mathbb{E}} [f]", r"\mathbb{E}_{z \sim q}[f]"),
    (r"\left\langle f \right\rangle_q", r"\mathbb E_q [f]"),
    (r"KL(q \| p)", "KL(q || p)"),
    (r"KL(q \Vert p)", r"KL[q \parallel p]"),
    (r"KL(q \mid p)", "KL(q, p)"),
    (r"p(x \mid z)", "p(x|z)"),
    (r"p\left(x \,\middle|\, z\right)", "p(x|z)"),
    (r"\int q(z) \, \mathrm{d}z", r"\int q(z) dz"),
    (r"\int dz \, q(z)", r"\int q(z) \, dz"),
    (r"\int f + g \, dx", r"\int (f + g) \, dx"),
    (r"\sum_{i=1}^N x_i", "sum_{i=1}^{N} x_i"),
    (r"\sum_{k=1}^n k", "sum(k, k, 1, n)"),
    (r"\frac{\partial h}{\partial w}", "∂h/∂w"),
    (r"\frac{d}{dx} f(x)", "diff(f(x), x)"),
    (r"\frac{\partial^2 f}{\partial x^2}", "diff(f, x, 2)"),
    (r"\nabla h_2", "∇h₂"),
    ("grad h_2", r"\nabla h_2"),
    (r"\mathbf{1}[a > 0]", r"1\{a > 0\}"),
    (r"\mathbb{1}(a > 0)", "𝟙[a > 0]"),
    (r"\|x\|^2", "||x||^2"),
    (r"|x| + |y|", r"\left| x \right| + \lvert y \rvert"),
    ("2|x|", r"2 \lvert x \rvert"),
    ("||x| - 1|", r"\left| \left| x \right| - 1 \right|"),
    ("matrix([1,2],[3,4])", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    ("'diff(x^2, x)", "diff(x^2, x)"),
    (r"a \cdot b", "a · b"),
    (r"a \odot b", "a ⊙ b"),
    ("n!", r"n !"),
    ("50%", "50/100"),
    (r"\underbrace{a + b}_{\text{bound}}", r"\underbrace{a+b}_{\text{bound}}"),
    (r"{x}_i \, y", r"x_i \, y"),
]

DIFFERENT = [
    ("x_1", "x1"),
    ("x", "X"),
    ("x", "x'"),
    ("x_1", "x_2"),
    ("a*b", "a b"),
    ("a*b", r"a \cdot b"),
    ("a @ b", r"a \odot b"),
    (r"\log p q", r"(\log p) q"),
    (r"\log (p) q", r"\log p q"),
    ("-x^2", "(-x)^2"),
    ("x[1]", "x_1"),
    (r"\mathcal{L}", "L"),
    (r"\hat{x}", "x"),
    ("[a, b]", "(a, b)"),
    ("[1]", "1"),
    ("f(x)", "f (x, y)"),
    ("KL(q || p)", "KL(p || q)"),
    ("p(x|z)", "p(x, z)"),
    ("p(x|z)", "p(x; z)"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_these_are_read_alike(one: str, other: str) -> None:
    assert parse_expression(one) == parse_expression(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_these_are_not_read_alike(one: str, other: str) -> None:
    assert parse_expression(one) != parse_expression(other)


def test_a_subtraction_is_a_negative_term() -> None:
    tree = parse_expression("a - b + c")
    assert tree == s.Sum((s.Name("a"), s.Negative(s.Name("b")), s.Name("c")))


def test_a_product_keeps_the_signs_that_were_written() -> None:
    tree = parse_expression(r"2 x * y \odot z")
    assert isinstance(tree, s.Product)
    assert tree.signs == ("", "*", "odot")


def test_a_span_is_where_a_node_stands() -> None:
    text = r"a + \frac{b}{c + d}"
    tree = parse_expression(text)
    assert isinstance(tree, s.Sum)
    span = tree.terms[1].span
    assert text[span.start : span.end] == r"\frac{b}{c + d}"


def test_a_number_is_exactly_what_was_written() -> None:
    tree = parse_expression("0.10")
    assert isinstance(tree, s.Number)
    assert (tree.text, tree.value) == ("0.10", s.Number("1e-1").value)


@pytest.mark.parametrize(
    ("text", "above"),
    [("a/2b", "a"), ("1/2x", "1"), (r"\log p / q", r"\log p")],
)
def test_a_division_that_can_be_read_in_two_ways_is_marked(text: str, above: str) -> None:
    quotient = next(node for node in walk(parse_expression(text)) if isinstance(node, s.Quotient))
    assert quotient.doubtful
    assert quotient.above == parse_expression(above)


@pytest.mark.parametrize("text", ["a/b", "1/2 x", "(a)/(b)", r"\frac{a}{b} c", "p(x,z)/q(z)"])
def test_other_divisions_are_not_marked(text: str) -> None:
    assert not any(node.doubtful for node in walk(parse_expression(text)) if isinstance(node, s.Quotient))


def test_an_expectation_knows_its_variable_and_its_measure() -> None:
    tree = parse_expression(r"\mathbb{E}_{z \sim q_\phi(z|x)}[\log p(x|z)]")
    assert isinstance(tree, s.Expectation)
    assert tree.variables == (s.Name("z"),)
    assert tree.measure == parse_expression(r"q_\phi(z|x)")


def test_an_integral_ends_at_its_differential() -> None:
    tree = parse_expression(r"\int q(z) \log \frac{p(x,z)}{q(z)} dz - \int q(z) dz")
    assert isinstance(tree, s.Sum)
    first, second = tree.terms
    assert isinstance(first, s.Integral)
    assert first.variables == (s.Name("z"),)
    assert isinstance(second, s.Negative)


def test_a_chain_has_members_relations_and_notes() -> None:
    chain = parse_statement(r"\log p(x) = \log \int p(x,z) dz \ge \mathcal{L} \quad (3)")
    assert [step.relation for step in chain.steps] == ["=", ">="]
    assert len(chain.members) == 3
    assert chain.notes == ("(3)",)


def test_a_chain_may_begin_with_its_relation() -> None:
    chain = parse_statement(r"\geqslant a \text{ by Jensen's inequality}")
    assert chain.left is None
    assert chain.members == (s.Name("a"),)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a = b", "="),
        ("a ≥ b", ">="),
        (r"a \geqslant b", ">="),
        (">= b", ">="),
        ("a <= b", "<="),
        (r"a \neq b", "!="),
        (r"a \overset{(a)}{=} b", "="),
        (r"a \stackrel{\text{Jensen}}{\ge} b", ">="),
        ("a := b", ":="),
    ],
)
def test_relations_in_every_spelling(text: str, relation: str) -> None:
    assert parse_statement(text).steps[0].relation == relation


@pytest.mark.parametrize(
    "text",
    [
        "log p(x) = log ∫ p(x,z) dz (Jensen, log is concave)",
        r"\begin{aligned} \log p(x) &= \log \sum_z p(x,z) \\ \end{aligned}",
        r"$$\log p(x) = \log \sum_z p(x, z) \ (2) \quad \text{since} \ p = \sum$$",
        r"\[ \log p(x) = \log \int_z p(x, z) \]",
        r"\log p(x) = a . \tag{3}",
    ],
)
def test_what_stands_around_a_line_is_no_part_of_it(text: str) -> None:
    assert len(parse_statement(text).steps) == 1


def test_trees_can_be_walked_and_rewritten() -> None:
    tree = parse_expression("f(x) + 2 y")
    assert names(tree) == {s.Name("f"), s.Name("x"), s.Name("y")}
    assert substitute(tree, s.Name("y"), s.Name("x")) == parse_expression("f(x) + 2 x")
    assert rebuild(tree, lambda node: node) is tree
    assert len(children(tree)) == 2
    assert len(list(walk(tree))) == 7
    doubled = transform(tree, lambda node: s.Number("4") if node == s.Number("2") else node)
    assert doubled == parse_expression("f(x) + 4 y")


def test_a_table_is_not_needed_to_tell_a_function_by_its_bracket() -> None:
    assert isinstance(parse_expression("f(x)"), s.Apply)
    assert isinstance(parse_expression("x (1 - x)"), s.Product)


def test_an_expression_has_no_relation() -> None:
    with pytest.raises(LanguageError, match="got '=', expected an operator or the end"):
        parse_expression("a = b")
