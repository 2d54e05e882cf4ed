"""What derivations wear that formulas do not: environments, alignment, remarks in columns, authors' own brackets."""

from __future__ import annotations

import re

_ENVIRONMENTS = (
    r"align|aligned|alignat|eqnarray|equation|gather|gathered|split|multline|displaymath|math|flalign|array|dcases"
)
_CONNECTIVE = (
    r"^\s*+(?i:(?:therefore|thus|hence|so|then|now|finally|also|and|but|we\s+(?:have|get|obtain|see)|that\s+is|that"
    r"|i\.e\.|it\s+follows\s+that|note\s+that|recall\s+that|where|with|let)\b[,:]?\s*+)++(?=\S.*(?:=|≥|≤|\\[gl]e|[<>]))"
)
_REASON = re.compile(
    r"(?<=[\s)\]}])(?:by|using|since|because|due\s+to|thanks\s+to|where|via|from|after|applying|note|which|and\s+thus)\s+[A-Za-z']{2,}"
)
_EDITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (rf"\\(?:begin|end)\s*\{{(?:{_ENVIRONMENTS})\*?\}}(?:\s*\{{[lcr|@ ]*\}})?", " "),
        (r"\\href\s*\{[^{}]*\}\s*(\{(?:[^{}]|\{[^{}]*\})*\})", r" \\text\1"),
        (r"\\text\{\\text\{([^{}]*)\}\}", r"\\text{\1}"),
        (r"\\(?:label|tag\*?|eqref|ref|hspace\*?|vspace\*?|color|intertext|shortintertext)\s*\{[^{}]*\}", " "),
        (r"(?<!\\)\\\\(?:\s*\[[^\][]{0,20}\])?|\\cr(?![A-Za-z])|\\newline(?![A-Za-z])", " "),
        (r"&&(?s:.*)", " "),
        (r"(?<!\\)&", " "),
        (r"\\(?:quad|qquad)\s*\\text\s*\{\s*(?:since|because|as|where|with|by|using|for)\b(?s:.*)", " "),
        (r"\s(?:#|//|%|<-|←|--+)\s(?s:.*)", " "),
        (_CONNECTIVE, ""),
        (r"\\iint(?![A-Za-z])", r"\\int\\int "),
        (r"\\math(?:cal|bb|scr|frak)\s*\{\s*(KL|KLD|D_\{?KL\}?)\s*\}", "KL"),
        (r"(\\math(?:cal|scr)\s*(?:\{[A-Z]\}|[A-Z]))\s+\(", r"\1("),
        (r"(?<=[pqPQ])((?:_\{?[^(){}]{1,20}\}?)?\([^()|\\]*)\\\|(?=[^()|]*\))", r"\1|"),
        (r"\\\|\\\|", "||"),
        (r"(?<=[\w)\]}])\s*\\underbrace\s*\{\s*([-+])", r" + \\underbrace{\1"),
        (r"\\(?:mathbf|boldsymbol|bm)\s*\{(\w_(?:\w|\{[^{}]*\}))\}", r" \1"),
        (r"(\\(?:mathbf|boldsymbol|bm)\s*\{\w\}|\w)_\{0:(\w)\}", r"\1_0, \1_{1\2}"),
        (r"_\{1:(\w)\}", r"_{1\1}"),
        (r"\\q(?=[(\[|])|\\w(?=[)\]|])", ""),
        (r"\\cb(?![A-Za-z])", r"\\mid "),
        (r"\\e(?=\s*(?:\\[a-z]+|[A-Za-z]\b))", ""),
        (r"\b([lr])\.\s?h\.\s?s\b\.?", r"\1hs"),
        (r"(?<!\\[,;:! ])(?<!~)(?:\\[,;:! ]|~)++$", ""),
        (r"\$+", " "),
    )
)
_RELATION = re.compile(r"(?:=|:=|>|<|≥|≤|⩾|⩽|≡|\\(?:geq|leq|ge|le|equiv|approx|geqslant|leqslant)(?![A-Za-z]))")
_RELATED = re.compile(rf"\s*+(?:&\s*+)?{_RELATION.pattern}")
_SIGNED = re.compile(r"(?:\s|&|\\(?:quad|qquad|[,;:!> ]))*(?:[-+−]|\\(?:times|cdot)(?![A-Za-z]))")
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname|mathsf|textbf|textit|mathit)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"(?<![A-Za-z_^])[A-Za-z]{2,}(?![A-Za-z(\[_])")
_FORMULA_WORDS = frozenset(
    {
        "log",
        "ln",
        "exp",
        "int",
        "sum",
        "kl",
        "dkl",
        "elbo",
        "lhs",
        "rhs",
        "phi",
        "theta",
        "psi",
        "alpha",
        "beta",
        "lambda",
        "sigma",
        "mu",
        "prod",
        "eq",
        "ep",
        "dz",
        "dx",
        "dy",
        "dw",
        "dtheta",
        "dphi",
        "dh",
        "loss",
        "const",
        "max",
        "min",
        "inf",
        "nll",
        "vlb",
        "cdot",
        "omega",
        "eta",
        "tau",
        "kld",
        "evidence",
    }
)
_OPENERS = frozenset(
    {
        "proof",
        "note",
        "where",
        "since",
        "because",
        "thus",
        "hence",
        "therefore",
        "so",
        "then",
        "now",
        "we",
        "by",
        "using",
        "here",
        "with",
        "let",
        "recall",
        "first",
        "next",
        "finally",
        "jensen",
        "apply",
        "applying",
        "step",
        "answer",
        "solution",
        "problem",
        "as",
        "and",
        "the",
        "this",
    }
)
MOST_ROWS = 4
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{(.*)\}", re.DOTALL)
_ROW = re.compile(r"(?:\\\\)+(?:\s*\[-?[\d.]+\s*[a-z]{2}\])?|\\cr(?![A-Za-z])|\r?\n")
_SHORT = re.compile(r"(?:[-+−]|\\[dt]?frac)(?:\s|&|\\(?:quad|qquad|[,;:!> ]))*$")


def undressed(line: str) -> str:
    """A line without what only lays it out or comments on it."""
    for pattern, new in _EDITS:
        line = pattern.sub(new, line)
    return _unboxed(_without_reason(line).strip(" \t\r\n.,;"))


def _without_reason(line: str) -> str:
    """A line up to words outside all brackets that give a reason."""
    opened = seen = 0
    for match in _REASON.finditer(line):
        opened, seen = opened + depth(line[seen : match.start()]), match.start()
        if opened == 0:
            return line[:seen]
    return line


def depth(text: str) -> int:
    """How many brackets a text leaves open."""
    return sum((character in "([{") - (character in ")]}") for character in text)


def _unboxed(line: str) -> str:
    """The inside of a box around a whole line, whose relation is the line's own."""
    boxed = _BOX.fullmatch(line)
    return boxed[1].strip() if boxed else line


def is_remark(line: str) -> bool:
    """Whether a line is words, at least up to its first relation."""
    if _RELATED.match(line):
        return False
    words = [word.lower() for word in _WORD.findall(_COMMAND.sub(" ", _RELATION.split(line)[0]))]
    prose = [word for word in words if word not in _FORMULA_WORDS]
    return len(prose) >= 2 or (bool(prose) and words[0] in _OPENERS)


def goes_on(line: str) -> bool:
    """Whether a line is the rest of the one before it: it begins with a sign and has no relation."""
    return bool(_SIGNED.match(line)) and not _RELATION.search(line)


def stops_short(line: str) -> bool:
    """Whether a line ends with a sign, so that the next one is its rest."""
    return bool(_SHORT.search(line))


def rows_of(text: str) -> tuple[str, ...]:
    """The lines of an answer: line breaks, and the row ends of environments, outside braces."""
    rows = [row.strip() for row in _ROW.split(text) if row.strip()]
    joined: list[str] = []
    first = 0
    while first < len(rows):
        count = next((n for n in range(1, MOST_ROWS + 1) if _is_closed(" ".join(rows[first : first + n]))), 1)
        joined.append(" ".join(rows[first : first + count]))
        first += count
    return tuple(joined)


def _is_closed(text: str) -> bool:
    return text.count("{") <= text.count("}")
