"""The notations of students, kind by kind: read alike, kept apart, or refused with words."""

from __future__ import annotations

import pytest

from grader.language import (
    LanguageError,
    Symbol,
    Upper,
    parse_expression,
    parse_statement,
    readings,
    readings_together,
    table_of,
)
from grader.language import syntax as s

TABLE = table_of(
    {
        Symbol("x"): [],
        Symbol("y"): [],
        Symbol("w"): [],
        Symbol("b", scalar=True): [],
        Symbol("W"): [],
        Symbol("w_0"): [],
        Symbol("h_0"): [],
        Symbol("h_1", upper=Upper.INDEX): [],
        Symbol("z"): [],
        Symbol("u"): [],
        Symbol("x'"): [r"\hat{x}"],
        Symbol("N", scalar=True): [],
        Symbol("p(y=0)", scalar=True): ["p"],
    },
    indices="ijklrc",
)

ALIKE = [
    # a blank between a function and its bracket
    (r"\max (0, t)", r"\max(0, t)"),
    (r"\max\!\left(0, t\right)", r"\max(0, t)"),
    (r"\max \left\{0, t\right\}", r"\max(0, t)"),
    (r"\max\bigl\{0,\;t\bigr\}", r"\max(0, t)"),
    (r"\max\lbrace 0, t\rbrace", r"\max(0, t)"),
    (r"\max{0, t}", r"\max(0, t)"),
    ("max{0, t}", "max(0, t)"),
    ("max [0, t]", "max(0, t)"),
    (r"\exp \left( t \right)", r"\exp(t)"),
    (r"\log ( t )", r"\log(t)"),
    (r"\min~(0, t)", r"\min(0, t)"),
    (r"\text{ReLU} (t)", r"\text{ReLU}(t)"),
    (r"\operatorname{ReLU}\,(t)", r"\mathrm{ReLU}(t)"),
    ("exp{t}", "exp(t)"),
    ("relu (t)", "relu(t)"),
    ("tanh\t(t)", "tanh(t)"),
    (r"\tanh\big(t\big)", r"\tanh(t)"),
    (r"\exp\mleft(t\mright)", r"\exp(t)"),
    (r"\mathop{\mathrm{softmax}}\left(t\right)", "softmax(t)"),
    # braces that only group
    ("{t}^2", "t^2"),
    ("{t_i}^{2}", "t_i^2"),
    ("{u'}+1", "u'+1"),
    ("{g}_{k}+1", "g_k+1"),
    ("{f'}(x)", "f'(x)"),
    ("{W^T}x", "W^T x"),
    ("2{x}", "2x"),
    ("{10}^{-3}x", "10^{-3} x"),
    ("x^{{2}}", "x^2"),
    ("{{x}}_i + 1", "x_i + 1"),
    ("{x_j}' - 1", "x_j' - 1"),
    (r"{a+b}c\,", r"(a+b)c\,"),
    ("{a+b}*c", "(a+b)*c"),
    (r"{\bf w}_0 z", "w_0 z"),
    (r"{\mathbf{w}}_0", "w_0"),
    (r"\mathbf{w}_{0} z", r"w_0 \, z"),
    (r"{x}_{i}^{2}\,", r"x_i^2\,"),
    # stray commands of editors
    (r"\mleft(a+b\mright)c", r"\left(a+b\right)c"),
    (r"\lparen a+b\rparen c", r"\left(a+b\right) c"),
    (r"\exponentialE^{x}", r"e^{x}\,"),
    (r"\imaginaryI x", r"i\,x"),
    (r"\nicefrac{a}{b}", r"\frac{a}{b}"),
    (r"\int f \differentialD x", r"\int f \, dx"),
    (r"\displaystyle\sum\nolimits_i x_i", r"\sum_i x_i"),
    (r"\sum\limits_{i=1}^N x_i", r"\sum_{i=1}^N x_i"),
    (r"\boxed{a + b}", r"a + b\,"),
    (r"\ensuremath{a}", r"a\,"),
    (r"a \hspace{1cm} + b", r"a + b\,"),
    (r"a + b \quad \blacksquare", r"a + b\,"),
    (r"a \mathbin{+} b", r"a + b\,"),
    (r"\text{13} x", r"13 x\,"),
    (r"\mathrm{\mathbf{x}}", r"x\,"),
    # names in dress
    (r"\bm{x} + \boldsymbol{y} + \pmb{z}", r"x + y + z\,"),
    (r"\overline{x}", r"\bar{x}"),
    (r"\widehat{x}_i", r"\hat{x}_i"),
    (r"\overrightarrow{x}", r"\vec{x}"),
    (r"\vec{x}_0", r"\vec{x_0}"),
    (r"\hat x", r"\hat{x}"),
    # marks above
    (r"\theta^{*}+1", r"\theta^*+1"),
    (r"\theta^*_1", r"\theta_1^*"),
    (r"\theta^\star", r"\theta^*"),
    (r"\theta^{\ast}", r"\theta^*"),
    (r"\theta^{\text{old}}", r"\theta^{old}"),
    (r"\theta^{\mathrm{old}}", r"\theta^{old}"),
    (r"\theta_k^{old}", r"\theta^{old}_k"),
    (r"x^{\prime}", "x'"),
    (r"x^{\prime\prime}", "x''"),
    # superscripts in brackets
    ("x^{ (i) }", "x^{(i)}"),
    (r"x^{\left(i\right)}", r"x^{(i)}\,"),
    ("a^{(l)}_j", "a_j^{(l)}"),
    ("h^{[1]}_2", "h_2^{[1]}"),
    ("e^{(t+1)}", "e^{t+1}"),
    ("10^{(2)}", "10^2"),
    ("(a+b)^{(2)}", "(a+b)^2"),
    ("t^(2)", "t^2"),
    # sums
    (r"\Sigma_{i=1}^N x_i", r"\sum_{i=1}^N x_i"),
    ("Σ_{i=1}^N x_i", "∑_{i=1}^N x_i"),
    ("Σᵢ 2 xᵢ", "sum_i 2 x_i"),
    ("Σ_i x_i y_i", r"∑_i x_i y_i"),
    ("Σ_k a_k (b_k + 1)", "sum_k a_k (b_k + 1)"),
    (r"\Pi_{i=1}^N x_i", r"\prod_{i=1}^N x_i"),
    ("sum_{i=1}^N x_i", r"∑_{i=1}^N x_i"),
    # indicators
    (r"\mathbf{1}_{a > 0}", r"\mathbf{1}[a > 0]"),
    (r"\mathbf{1}_{\{a > 0\}}", r"\mathbf{1}[a > 0]"),
    (r"\mathbb{1}\{a > 0\}", r"\mathbf{1}[a > 0]"),
    (r"\mathbb{1}_{a > 0} b", r"\mathbf{1}[a > 0] b"),
    (r"\mathbb{I}(a > 0)", r"\mathbf{1}[a > 0]"),
    ("1_{a > 0}", "1[a > 0]"),
    ("I[a > 0]", "1[a > 0]"),
    ("I(a > 0) b", "1[a > 0] b"),
    ("[a > 0] b", "1[a > 0] b"),
    ("b [a > 0]", "b 1[a > 0]"),
    ("w_k [a > 0]", "w_k 1[a > 0]"),
    ("(a)_+", "relu(a)"),
    ("a_+ + 1", "relu(a) + 1"),
    ("[a + b]_+", "relu(a + b)"),
    ("(a + b)^+", "relu(a + b)"),
    (r"\left[a\right]_{+}", "relu(a)"),
    # cases
    (r"\begin{cases} x & \text{if $x>0$} \\ 0 & \text{otherwise} \end{cases}", "x if x > 0 else 0"),
    (r"\begin{cases} x, & x>0, \\ 0, & \text{otherwise.} \end{cases}", "x if x > 0 else 0"),
    (r"\begin{cases} x & \text{for } x>0 \\ 0 & \text{else} \end{cases}", "x if x > 0 else 0"),
    (r"\begin{cases} x & \text{when } x>0 \\ 0 & \mathrm{otherwise} \end{cases}", "x if x > 0 else 0"),
    (r"\begin{dcases} x & if x>0 \\ 0 & otherwise \end{dcases}", "x if x > 0 else 0"),
    (r"\begin{cases} x & \text{if } x>0 \\ 0 & \text{in all other cases} \end{cases}", "x if x > 0 else 0"),
    (r"\begin{cases} x & x>0 \\ 0 \end{cases}", "x if x > 0 else 0"),
    # programs
    ("np.exp(-x)", "exp(-x)"),
    ("torch.relu(x)", "relu(x)"),
    ("F.softmax(x)", "softmax(x)"),
    ("torch.nn.functional.relu(x)", "relu(x)"),
    ("nn.ReLU()(x)", "ReLU(x)"),
    ("tf.math.log(x)", "log(x)"),
    ("jnp.maximum(0, x)", "maximum(0, x)"),
    ("np.linalg.norm(x)", "norm(x)"),
    ("np.pi", "pi"),
    ("scipy.special.expit(x)", "expit(x)"),
    ("A.sum(axis=0)", "sum(A, axis=0)"),
    ("A.reshape(2, 2)", "reshape(A, 2, 2)"),
    ("x.dot(y)", "dot(x, y)"),
    ("A.mean(0, keepdims=True)", "mean(A, 0, keepdims=True)"),
    ("A.T.dot(B).sum()", "sum(dot(A^T, B))"),
    ("(a + b).sum()", "sum(a + b)"),
    ("A[0].sum()", "sum(A[0])"),
    ("f(x, mode='full')", 'f(x, mode="full")'),
    ("sum(f(k) for k in range(2))", r"sum_{k=0}^1 f(k)"),
    ("np.sum(x[k] for k in range(1, 4))", "sum_{k=1}^3 x[k]"),
    ("Exp[-x]", "exp(-x)"),
    ("Log[x] + Sqrt[x]", "log(x) + sqrt(x)"),
    ("Max[0, x]", "max(0, x)"),
    ("A .* B", "A ⊙ B"),
    ("A ./ B", "A / B"),
    ("A .^ 2", "A^2"),
    ("exp(x)**2", "exp(x)^2"),
    # numbers
    ("10{,}000 x", "10000 x"),
    (r"10\,000", "10000"),
    ("1_000_000", "1000000"),
    ("1{,}5", "1.5"),
    ("0{,}424", "0.424"),
    ("3×10^{-2}", r"3 × 10^{-2}"),
    # comments
    ("t+1 % note", "t+1"),
    ("x+1 %note y", "x+1"),
    ("relu(x)  # forward", "relu(x)"),
    ("x + # the input\n y", "x + y"),
    ("50% x", r"50\% x"),
    ("2*%pi", "2*%pi"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_are_read_alike(one: str, other: str) -> None:
    assert parse_statement(one).members == parse_statement(other).members


APART = [
    ("t^{(2)}", "t^2"),
    ("x^{(i)}", "x^i"),
    ("h^{[1]}", "h^{(1)}"),
    ("h^{(0)}", "1"),
    (r"\log_2 x", r"\log x"),
    (r"\log_{10} x", r"\log_2 x"),
    (r"\theta^*", r"\theta"),
    (r"\theta^{old}", r"\theta^{new}"),
    (r"\hat{x}", "x"),
    (r"\vec{x}", r"\hat{x}"),
    ("x_+ + 1", "x + 1"),
    ("max(0, t)", "min(0, t)"),
    ("A.sum(axis=0)", "A.sum(axis=1)"),
    ("x[:, 0]", "x[0, :]"),
    ("x[1:2]", "x[1:3]"),
    ("f(x, mode='full')", "f(x, mode='same')"),
    ("sum(x[k] for k in range(2))", "sum(x[k] for k in range(3))"),
    ("{x}", "x"),
    ("A .* B", "A * B"),
    ("10{,}000", "10"),
    (r"\Sigma_k x", r"\sum_k x"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_are_not_read_alike(one: str, other: str) -> None:
    assert parse_expression(one) != parse_expression(other)


REFUSED = [
    (r"\exp_2(x)", "is no function that is known here"),
    (r"\sin_3 x", "is no function that is known here"),
    (r"\tanh_{10}(x)", "is no function that is known here"),
    (r"\ln_2 x", "is no function that is known here"),
    (r"\log_{2,3} x", "is no function that is known here"),
    ("relu_1(x)", "is no function that is known here"),
    ("softmax_j(z)", "is no function that is known here"),
    (r"\bar{\exp}(x)", "is no function that is known here, with its mark"),
    (r"\hat{\log} x", "is no function that is known here, with its mark"),
    (r"\exp^*(x)", "is no function that is known here, with its mark"),
    (r"\foo{x}", "is not a command that is read here"),
    (r"x + \placeholder{}", "an editor's empty box"),
    ("52_8", "no subscript on a number"),
    ("0x1F", "another base"),
    ("0b101 + 1", "another base"),
    (r"1\,5", "may be one number or several"),
    ("10 000", "got '000'"),
    ("2 x 10^3 + x", "may be a times sign or a name"),
    (r"\begin{cases} x & \text{on the left} \\ 0 & \text{else} \end{cases}", "a condition, 'if' or 'otherwise'"),
    (r"\begin{cases} x & \text{otherwise } x > 0 \\ 0 \end{cases}", "behind 'otherwise'"),
    ("f(x", "got the end, expected ')' or ','"),
    ("k(x+y", "got the end"),
    ("x_-", "put what stands below into braces"),
    ("f(x) for k in range(2)", "got 'for'"),
    ("sum(x[k] for k in y)", "range(...)"),
    ("f(x, mode='full)", "got"),
    ("x ¤ y", "currency sign"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_is_not_understood_is_refused_with_words(text: str, told: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression(text)
    assert told in caught.value.message


def _name(base: str) -> s.Name:
    return s.Name(base)


I_, J_ = s.Name("i"), s.Name("j")

TABLED = [
    (r"\sigma (x)", s.Apply(_name("sigma"), (_name("x"),))),
    (r"\mathbf{w}_0", _name("w_0")),
    (r"\vec{w}_0", _name("w_0")),
    (r"\vec{w_0}", _name("w_0")),
    (r"\underline{x}", _name("x")),
    (r"{\bf w}_0", _name("w_0")),
    (r"\mathrm{x}", _name("x")),
    ("{x_j}'", s.Index(_name("x'"), (J_,), "_")),
    (r"\hat x_i", s.Index(_name("x'"), (I_,), "_")),
    ("w_{0,ij}", s.Index(_name("w_0"), (I_, J_), "_")),
    ("w_{0ij}", s.Index(_name("w_0"), (I_, J_), "_")),
    (r"\mathbf{w}_{0,i,j}", s.Index(_name("w_0"), (I_, J_), "_")),
    ("w_{0,i}", s.Index(_name("w_0"), (I_,), "_")),
    ("x_{2i}", s.Index(_name("x"), (s.Product((s.Number("2"), I_), ("",)),), "_")),
    ("u^T_i", s.Transpose(s.Index(_name("u"), (I_,), "_"))),
    ("x_i^T", s.Transpose(s.Index(_name("x"), (I_,), "_"))),
    ("u'", s.Transpose(_name("u"))),
    ("w_0'", s.Transpose(_name("w_0"))),
    ("x'", _name("x'")),
    ("h_1^1[i]", s.Index(s.Index(_name("h_1"), (s.Number("1"),), "^"), (I_,), "[")),
    ("h_1^{(1)}", s.Index(_name("h_1"), (s.Number("1"),), "^")),
    ("x^{(i)}", s.Index(_name("x"), (I_,), "^(")),
    ("x_j^{(i)}", s.Index(s.Index(_name("x"), (J_,), "_"), (I_,), "^(")),
    ("x^{(i)}_j", s.Index(s.Index(_name("x"), (J_,), "_"), (I_,), "^(")),
    ("x'^{(i)}", s.Index(_name("x'"), (I_,), "^(")),
    ("p(y=0)", _name("p(y=0)")),
    ("p (1 - p)", s.Product((_name("p(y=0)"), s.Sum((s.Number("1"), s.Negative(_name("p(y=0)"))))), ("",))),
    ("wx+b", s.Sum((s.Product((_name("w"), _name("x")), ("",)), _name("b")))),
    ("2xy", s.Product((s.Number("2"), _name("x"), _name("y")), ("", ""))),
    ("sinx", s.Apply(_name("sin"), (_name("x"),))),
    ("xexp(y)", s.Product((_name("x"), s.Apply(_name("exp"), (_name("y"),))), ("",))),
    (r"\mathbf{1}_{w_0 > 0}", s.Indicator(s.Chain(_name("w_0"), (s.Step(">", s.Number("0")),)))),
    ("x[:, None]", s.Index(_name("x"), (s.Slice(), _name("None")), "[")),
    ("x[..., 0]", s.Index(_name("x"), (_name("..."), s.Number("0")), "[")),
    ("x[1:, ::2]", s.Index(_name("x"), (s.Slice(s.Number("1")), s.Slice(None, None, s.Number("2"))), "[")),
]


@pytest.mark.parametrize(("text", "tree"), TABLED, ids=[text for text, _ in TABLED])
def test_a_table_reads_this_so(text: str, tree: s.Node) -> None:
    assert parse_expression(text, TABLE) == tree


@pytest.mark.parametrize("text", [r"\hat{w}_0", r"\bar{u}", "u''", "v", r"\theta^*", "z^*", r"\tilde{z}"])
def test_a_mark_that_a_closed_table_does_not_have_is_never_dropped(text: str) -> None:
    with pytest.raises(LanguageError, match="is not a name in this problem"):
        parse_expression(text, TABLE)


@pytest.mark.parametrize(
    ("text", "count"),
    [("k(x+y)", 2), (r"\lambda(s-t)^2", 2), ("k (x+y)", 2), ("tsin(t)", 2), ("plog(p)", 2), ("sin(x)", 1), ("a b", 1)],
)
def test_where_two_readings_remain_both_are_offered(text: str, count: int) -> None:
    assert len(readings(text)) == count


def test_a_name_that_is_a_row_of_names_too_has_both_readings() -> None:
    table = table_of({Symbol("a"): [], Symbol("b"): [], Symbol("ab"): []})
    assert [chain.left for chain in readings("ab", table)] == [
        s.Name("ab"),
        s.Product((s.Name("a"), s.Name("b")), ("",)),
    ]


def test_texts_that_are_compared_are_read_alike() -> None:
    pairs = readings_together(("(k(s+t))^2", "k(s+t)^2"))
    assert [one == other for one, other in pairs] == [True, False]


def test_a_letter_before_a_bracket_is_marked_as_a_guess() -> None:
    guesses = [parse_expression(text) for text in ("k(x + y)", "sin(x)", "f(x, y)", "p(x|z)")]
    assert [node.guessed for node in guesses if isinstance(node, s.Apply)] == [True, False, False, False]


def test_whether_letters_part_can_be_decided_for_two_texts_at_once() -> None:
    assert parse_expression("ab", latex=True) == parse_expression(r"a\,b")
    assert parse_expression("ab", latex=False) == s.Name("ab")
