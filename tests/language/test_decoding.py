"""One sign in many spellings is one sign, and its place stays the one in the source."""

from __future__ import annotations

import pytest

from grader.language import LanguageError, parse_expression, parse_statement
from grader.language import syntax as s
from grader.language.trees import walk

ALIKE = [
    # entities, percent escapes, doubled backslashes
    ("a &lt; b", "a < b"),
    ("a &minus; b", "a - b"),
    ("&alpha; x", r"\alpha x"),
    ("a &#8722; b", "a - b"),
    ("a &#x2212; b", "a - b"),
    ("a &times; b", r"a \times b"),
    ("w&nbsp;x", "w x"),
    ("x&prime;", "x'"),
    ("&sum;_{i=1}^N x_i", r"\sum_{i=1}^N x_i"),
    ("%5Cfrac%7Ba%7D%7Bb%7D", r"\frac{a}{b}"),
    ("w_0%5ET%20z%2Bb", "w_0^T z+b"),
    ("%5Csigma(a)", r"\sigma(a)"),
    (r"\\frac{a}{b}", r"\frac{a}{b}"),
    (r"\\alpha + \\beta", r"\alpha + \beta"),
    (r"\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    # mathematical alphabets, fullwidth and small forms
    ("𝑥 + 𝒚", "x + y"),
    ("𝐱 + 𝘆 + 𝚣", "x + y + z"),
    ("𝜎(𝑎)", "σ(a)"),
    ("𝛁𝑤", r"\nabla w"),
    ("∂f/∂x", "𝜕f/𝜕x"),
    ("𝟐𝑥", "2x"),
    ("ｘ＋ｙ", "x+y"),
    ("（ａ＋ｂ）＊ｃ", "(a+b)*c"),
    ("ｘ＾２", "x^2"),
    ("a﹣b", "a-b"),
    ("ℒ", r"\mathcal{L}"),
    ("𝓛 + 𝔏", r"\mathcal{L} + \mathfrak{L}"),
    ("ℝ", r"\mathbb{R}"),
    ("𝔼_q[f]", r"\mathbb{E}_q[f]"),
    ("𝟙[a > 0]", r"\mathbf{1}[a > 0]"),
    ("ℓ", r"\ell"),
    # one letter in two code points
    ("µ", "μ"),
    ("𝜇", r"\mu"),
    ("ϵ", "ε"),
    ("ε", r"\varepsilon"),
    ("ϕ", r"\varphi"),
    ("φ", r"\phi"),
    ("ϑ", "θ"),
    ("∆x", "Δx"),
    ("Ω", "Ω"),
    ("Kx", "Kx"),
    ("Å", "Å"),
    ("сos(х)", "cos(x)"),
    ("а + е", "a + e"),
    ("Α + Β", "A + B"),
    # accents, composed and combining
    ("ŷ", r"\hat{y}"),
    ("y\u0302", r"\hat{y}"),
    ("x̄", r"\bar{x}"),
    ("x̃_i", r"\tilde{x}_i"),
    ("ẋ", r"\dot{x}"),
    ("w\u20d7", r"\vec{w}"),
    ("x̂ⱼ", r"\hat{x}_j"),
    ("σ̂", r"\hat{\sigma}"),
    ("a ≠ b", "a =\u0338 b"),
    # dashes, products, other signs
    ("a – b", "a - b"),
    ("a — b", "a - b"),
    ("a ‐ b", "a - b"),
    ("a − b", "a - b"),
    ("a ➖ b", "a - b"),
    ("2 • m", r"2 \cdot m"),
    ("2 ‧ m", r"2 \cdot m"),
    ("2 ∙ m", r"2 \cdot m"),
    ("2 ✕ m", r"2 \times m"),
    ("2 ∗ m", "2 * m"),
    ("a ⨀ b", r"a \odot b"),
    ("a ⁄ b", "a / b"),
    ("a ∕ b", "a / b"),
    ("x′", "x'"),
    ("x″", "x''"),
    ("½ x", r"\frac{1}{2} x"),
    ("∛(x)", r"\sqrt[3]{x}"),
    ("⟦a > 0⟧", "[a > 0]"),
    # what has no width
    ("x\u200b+y", "x+y"),
    ("re\u200blu(x)", "relu(x)"),
    ("\ufeffx + 1", "x + 1"),
    ("x\u2060 + \u200e1", "x + 1"),
    ("x\ufe0f", "x"),
    ("so\u00adft", "soft"),
    ("a\u2062b", "a b"),
    ("x\u202f+\u2009y", "x + y"),
    # raised and lowered
    ("e⁻ˣ", "e^{-x}"),
    ("x⁽ⁱ⁾", "x^{(i)}"),
    ("∑ᵢ₌₁ᴺ xᵢ", r"\sum_{i=1}^N x_i"),
    ("wᵀx", "w^T x"),
    ("w⊤x", r"w^\top x"),
    ("w^⊤ x", r"w^\top x"),
    ("w₂⊤H₂", r"w_2^\top H_2"),
    ("x₁²", "x_1^2"),
    ("xᵢⱼ", "x_{ij}"),
    ("a₀₁", "a_{01}"),
    ("10⁻³", "10^{-3}"),
    ("xᵝ", r"x^{\beta}"),
    ("hₜ₋₁", "h_{t-1}"),
    ("(A B)ᵀ", "(A B)^T"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_spellings_are_one_reading(one: str, other: str) -> None:
    assert parse_statement(one, latex=False) == parse_statement(other, latex=False)


@pytest.mark.parametrize(("one", "other"), [("ν", "v"), ("ℒ", "L"), ("ℝ", "R"), ("ŷ", "y"), ("σ", "Σ"), ("x²", "x2")])
def test_these_letters_are_not_one(one: str, other: str) -> None:
    assert parse_expression(one) != parse_expression(other)


def test_two_shapes_of_a_letter_are_two_names_where_a_text_has_both() -> None:
    assert parse_expression(r"\phi + \varphi") != parse_expression(r"\phi + \phi")
    assert parse_expression(r"\varphi + 1") == parse_expression(r"\phi + 1")


@pytest.mark.parametrize(
    ("text", "name", "source"),
    [
        ("x\u200b+\u200by", "y", "y"),
        ("&alpha; + 𝑏", "b", "𝑏"),
        ("1 + ŷ", "y", "ŷ"),
        ("%5Calpha%20b", "b", "b"),
        ("2 + z\u0302", "z", "z\u0302"),
        (r"\\alpha b", "b", "b"),
    ],
)
def test_a_place_is_the_place_in_the_source(text: str, name: str, source: str) -> None:
    found = next(node for node in walk(parse_expression(text)) if isinstance(node, s.Name) and node.base == name)
    assert text[found.span.start : found.span.end] == source


def test_an_error_points_into_the_source_behind_what_was_decoded() -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression("&alpha; + ŷ + )")
    assert caught.value.column == 15


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2½", "a fraction right behind a number"),
        ("① + x", "a character that formulas do not have: circled digit one"),
        ("x ⚡ y", "a character that formulas do not have"),
        ("Ⅳ + 1", "roman numeral"),
        ("x\u20e2", "an accent that formulas do not have"),
        ("a ☃ b", "snowman"),
    ],
)
def test_a_sign_that_is_not_known_is_refused_by_its_name(text: str, told: str) -> None:
    with pytest.raises(LanguageError, match=told):
        parse_expression(text)
