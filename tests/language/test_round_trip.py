"""The law of the printer: what is printed is read back as the same tree."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.language import parse_expression, to_latex
from grader.language import syntax as s

LETTERS = ["x", "y", "a", "b", "W", "alpha", "theta", "relu_out", "h2", "out"]

numbers = st.sampled_from(["0", "1", "2", "17", "0.5", ".25", "5e-06"]).map(s.Number)
plain = st.sampled_from([name for name in LETTERS if "_" not in name]).map(s.Name)
letters = st.sampled_from("ijkmn").map(s.Name)
names = st.builds(
    s.Name,
    st.sampled_from(["x", "w", "h", "theta", "out"]),
    st.one_of(st.just(()), st.tuples(st.one_of(numbers, letters)), st.tuples(letters, letters)),
    st.integers(0, 2),
    st.sampled_from([(), ("hat",), ("bar",), ("vec",), ("^*",), ("^+",), ("hat", "^old"), ("^new",), ("^-",)]),
)
signs = st.sampled_from(["", "", "*", "cdot", "times", "@", "odot", "otimes"])
functions = st.sampled_from(["f", "log", "sin", "relu", "exp", "softmax", "myfunction"]).map(s.Name)
relations = st.sampled_from(["=", ">", "<", ">=", "<=", "!="])


def _products(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    def build(pairs: list[tuple[s.Node, str]]) -> s.Node:
        return s.Product(tuple(node for node, _ in pairs), tuple(sign for _, sign in pairs[1:]))

    return st.lists(st.tuples(inner, signs), min_size=2, max_size=4).map(build)


def _chains(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Chain]:
    return st.builds(lambda left, sign, right: s.Chain(left, (s.Step(sign, right),)), inner, relations, inner)


bounds = st.one_of(st.none(), numbers, letters)


def keyword(text: str) -> s.Chain:
    return s.Chain(s.Name("mode"), (s.Step("=", s.Text(text)),))


def _larger(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    ranges = st.builds(s.Range, letters, inner, inner)
    return st.one_of(
        several.map(s.Sum),
        inner.map(s.Negative),
        _products(inner),
        st.builds(s.Quotient, inner, inner),
        st.builds(s.Power, inner, inner),
        inner.map(s.Transpose),
        st.builds(s.Factorial, inner, st.sampled_from([1, 2])),
        st.builds(s.Apply, functions, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(s.Apply, st.just(s.Name("p")), st.tuples(inner), st.tuples(inner)),
        st.builds(s.Index, names, st.tuples(inner), st.just("[")),
        st.builds(s.Index, names, st.tuples(inner), st.sampled_from(["^(", "^["])),
        st.builds(s.Index, names, st.tuples(st.builds(s.Slice, bounds, bounds, bounds), inner), st.just("[")),
        st.builds(lambda x, text: s.Apply(s.Name("f"), (x, keyword(text))), inner, st.sampled_from(["full", "ij,jk"])),
        st.builds(lambda r, body: s.Series("sum", (r,), body), ranges, inner),
        st.builds(lambda body, z: s.Integral(body, (z,)), inner, letters),
        st.builds(s.Expectation, inner, st.tuples(letters), inner),
        st.builds(s.Divergence, st.just(s.Name("KL")), inner, inner),
        st.builds(lambda of, by: s.Derivative(of, (by,)), inner, names),
        names.map(s.Gradient),
        _chains(inner).map(s.Indicator),
        st.builds(lambda a, c, b: s.Cases((s.Case(a, c), s.Case(b))), inner, _chains(inner), inner),
        st.builds(lambda a, b, c, d: s.Matrix(((a, b), (c, d))), inner, inner, inner, inner),
        st.builds(s.Items, several, st.sampled_from("[({")),
        inner.map(s.Abs),
        st.builds(s.Norm, inner, st.one_of(st.none(), numbers)),
        st.builds(s.Labelled, inner, st.sampled_from(["", "{\\text{bound}}"])),
    )


trees = st.recursive(st.one_of(numbers, plain, names), _larger, max_leaves=12)


H_X_0 = s.Product((s.Name("h"), s.Name("x"), s.Number("0")), ("", ""))


POWER_OF_A_NAME = s.Power(s.Name("y"), s.Name("x"))


@settings(max_examples=1500, deadline=None, derandomize=True)
@example(s.Product((POWER_OF_A_NAME, s.Abs(s.Name("z"))), ("",)))
@example(H_X_0)
@example(s.Transpose(H_X_0))
@given(trees)
def test_what_is_printed_is_read_back_as_the_same_tree(tree: s.Node) -> None:
    assert parse_expression(to_latex(tree)) == tree
