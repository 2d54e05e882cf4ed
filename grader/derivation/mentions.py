"""Densities as they are written: which parts of a tree are densities, of what, given what, with which parameters.

`p(x|z, phi)`, `p_\\phi(x|z)`, `p(x|z; \\phi)`, `P(X|Z)`, `p_{x|z}`, `\\bar p(z)`: letters are folded to lower case,
letter indices of data points (`x_i`, `z^{(n)}`) are left out; other indices tell variables apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.language.symbols import key_of
from grader.language.syntax import RAISED, Apply, Chain, Given, Index, Name, Negative, Node, Number, Power
from grader.language.trees import children
from grader.language.vocabulary import GREEK

_DENSITY_LETTERS = frozenset({"p", "q", "g", "f", "r", "s", "pi", "rho", "pr", "varrho"})
_NEVER = frozenset({"log", "ln", "exp", "h", "e", "kl", "d", "i", "j", "l", "elbo", "var", "max", "min", "sqrt"})
_DATA_INDICES = frozenset("ijklmnst")
_PLACEHOLDERS = frozenset({"cdot", "*", "."})


@dataclass(frozen=True)
class Mention:
    """One density as written: its head's letter and marks, what stands left and right of the bar, and parameters.

    `params` are subscripts and what follows a semicolon; a condition may turn out to be a parameter too.
    """

    letter: str
    of: tuple[str, ...]
    given: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Letter and marks: what tells p from p-bar."""
        return " ".join((*self.marks, self.letter))


def variable_of(node: Node) -> str | None:
    """The key of a variable, a parameter or a placeholder; None for what is no name.

    A letter index of a Latin letter is a data point's and is left out; that of a Greek one tells parameters apart.
    """
    above = raised(node)
    if above is not None:
        base = variable_of(above[0])
        return base if base is None or _is_data_index(above[1], base) else f"{base}^{key_of(above[1])}"
    if not isinstance(node, Name):
        return None
    kept = [key_of(sub) for sub in node.sub if not _is_data_index(sub, node.base)]
    marks = "".join(f"{mark} " for mark in node.marks if mark not in {"cal", "bb", "frak"})
    return marks + node.base.lower() + "'" * node.primes + (f"_{','.join(kept)}" if kept else "")


def raised(node: Node) -> tuple[Node, Node] | None:
    """What stands below and above, `x^{(i)}` and `\\theta^t`; None where nothing stands above."""
    if isinstance(node, Power):
        return node.base, node.exponent
    if isinstance(node, Index) and node.style in RAISED and len(node.at) == 1:
        return node.of, node.at[0]
    return None


def _is_data_index(node: Node, base: str) -> bool:
    return isinstance(node, Name) and node.base in _DATA_INDICES and not node.sub and base not in GREEK


def is_density_head(head: Name, known: frozenset[str] = frozenset()) -> bool:
    """Whether a name can be a density's: a usual letter without a calligraphic dress, or one that a caller named."""
    if head_key(head) in known:
        return True
    return head.base.lower() in _DENSITY_LETTERS and "cal" not in head.marks and "bb" not in head.marks


def head_key(head: Name) -> str:
    """Marks and letter of a head, in lower case."""
    return " ".join((*head.marks, head.base.lower()))


def mention_of(node: Node, known: frozenset[str] = frozenset()) -> Mention | None:
    """The density that an application or a subscripted name is; None for anything else."""
    if isinstance(node, Power) and isinstance(node.base, Name | Apply):
        return None
    if isinstance(node, Apply):
        return _applied(node, known)
    if isinstance(node, Name) and is_density_head(node, known):
        return _subscripted(node)
    return None


def _applied(node: Apply, known: frozenset[str]) -> Mention | None:
    conditional = bool(node.given) and node.head.base.lower() not in _NEVER and "cal" not in node.head.marks
    if not (conditional or is_density_head(node.head, known)):
        return None
    if any(isinstance(sub, Given) for sub in node.head.sub):
        return _subscripted(node.head)
    of, given = _keys(node.args), _keys(node.given)
    params = _keys(node.params)
    if of is None or given is None or params is None:
        return None
    return Mention(node.head.base.lower(), of, given, _subscripts(node.head) + params, _marks(node.head))


def _subscripted(node: Name) -> Mention:
    below = next((sub for sub in node.sub if isinstance(sub, Given)), None)
    if below is not None:
        return Mention(node.base.lower(), _keys(below.of) or (), _keys(below.given) or (), (), _marks(node))
    return Mention(node.base.lower(), (), (), _subscripts(node), _marks(node))


def _marks(head: Name) -> tuple[str, ...]:
    return head.marks + ("'",) * head.primes


def _subscripts(head: Name) -> tuple[str, ...]:
    return tuple(variable_of(sub) or key_of(sub) for sub in head.sub if not _is_data_index(sub, head.base))


def _keys(nodes: tuple[Node, ...]) -> tuple[str, ...] | None:
    """The keys of arguments; a fixed value (`y = 0`) counts as its name."""
    found: list[str] = []
    for node in nodes:
        inner = node.left if isinstance(node, Chain) else node
        key = variable_of(inner) if inner is not None else None
        if isinstance(inner, Number | Negative) or key is None:
            return None
        found.append(key)
    return tuple(found)


def is_placeholder(key: str) -> bool:
    """Whether an argument is the dot of `q(. | x)`."""
    return key in _PLACEHOLDERS


def parts(tree: Node) -> Iterator[Node]:
    """A tree and everything below it but the heads of applications, which are no densities of their own."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend((*node.args, *node.given, *node.params) if isinstance(node, Apply) else children(node))


def mentions(nodes: Iterable[Node], known: frozenset[str] = frozenset()) -> list[Mention]:
    """All densities among some parts of trees."""
    return [mention for node in nodes if (mention := mention_of(node, known)) is not None]
