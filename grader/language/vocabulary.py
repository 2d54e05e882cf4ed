"""The words and signs of the language, as tables: LaTeX commands, Unicode characters and ASCII signs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.calculus.functions import WORDS


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


LETTERS = [  # in the order of the alphabet
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
]

GREEK: frozenset[str] = frozenset(LETTERS) | frozenset(letter.capitalize() for letter in LETTERS)
GREEK |= words("varepsilon vartheta varphi varrho varsigma varpi")

_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
_UPPER = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
CHARACTER_NAMES: Mapping[str, str] = MappingProxyType(
    dict(zip(_LOWER, LETTERS, strict=True))
    | dict(zip(_UPPER, (letter.capitalize() for letter in LETTERS), strict=True))
    | {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ς": "varsigma", "∞": "infty", "ℓ": "ell", "ℏ": "hbar"}
)

# Words that are functions wherever they stand, and may be written without brackets: those of numbers, and of arrays.
FUNCTIONS: frozenset[str] = WORDS | words(
    "softmax Softmax reshape Reshape Deconv deconv conv conv2d corr pad flat flatten vec diag tr trace Tr rank det "
    "mean Mean var"
)

SERIES: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("sum", "prod", "max", "min", "argmax", "argmin", "sup", "inf", "lim")}
    | {"product": "prod"}
)

# LaTeX commands and characters that are one sign each: kind of token, and the text by which the parser knows it.
SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {name: ("product", name) for name in ("cdot", "times", "odot", "otimes")}
    | {"ast": ("product", "*"), "circ": ("product", "odot"), "star": ("product", "*"), "bullet": ("product", "cdot")}
    | {"div": ("slash", "/")}
    | dict.fromkeys(("ge", "geq", "geqslant", "geqq"), ("relation", ">="))
    | dict.fromkeys(("le", "leq", "leqslant", "leqq"), ("relation", "<="))
    | dict.fromkeys(("ne", "neq"), ("relation", "!="))
    | dict.fromkeys(("approx", "simeq", "cong", "doteq"), ("relation", "approx"))
    | dict.fromkeys(("coloneqq", "triangleq", "coloneq", "defeq"), ("relation", ":="))
    | {"gt": ("relation", ">"), "lt": ("relation", "<"), "equiv": ("relation", "=="), "sim": ("relation", "~")}
    | {"in": ("relation", "in"), "propto": ("relation", "propto"), "to": ("relation", "->")}
    | dict.fromkeys(("rightarrow", "longrightarrow", "mapsto"), ("relation", "->"))
    | dict.fromkeys(("Rightarrow", "implies", "therefore", "Longrightarrow", "iff", "because"), ("implies", "=>"))
    | dict.fromkeys(("mid", "vert", "lvert", "rvert", "middle|"), ("bar", "|"))
    | dict.fromkeys(("|", "Vert", "lVert", "rVert", "parallel"), ("bars", "||"))
    | {"lbrace": ("open", "{"), "rbrace": ("close", "}"), "lbrack": ("open", "["), "rbrack": ("close", "]")}
    | {"langle": ("open", "<"), "rangle": ("close", ">"), "lfloor": ("open", "floor"), "rfloor": ("close", "floor")}
    | {"lceil": ("open", "ceil"), "rceil": ("close", "ceil"), "colon": ("colon", ":")}
    | {
        "%": ("percent", "%"),
        "{": ("open", "{"),
        "}": ("close", "}"),
        "prime": ("prime", "'"),
        "partial": ("partial", "d"),
    }
    | {"nabla": ("nabla", "nabla"), "int": ("integral", "int"), "over": ("over", "over")}
    | dict.fromkeys(("dots", "ldots", "cdots", "dotsc", "dotsb"), ("ellipsis", "..."))
)

CHARACTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"+": ("plus", "+"), "-": ("minus", "-"), "−": ("minus", "-"), "–": ("minus", "-"), "/": ("slash", "/")}
    | {"÷": ("slash", "/"), "∕": ("slash", "/"), "*": ("product", "*"), "@": ("product", "@"), "·": ("product", "cdot")}
    | {"⋅": ("product", "cdot"), "∙": ("product", "cdot"), "×": ("product", "times"), "⊙": ("product", "odot")}
    | {"∘": ("product", "odot"), "⊗": ("product", "otimes"), "∗": ("product", "*"), "^": ("power", "^")}
    | {"_": ("under", "_"), "!": ("factorial", "!"), ",": ("comma", ","), ";": ("semicolon", ";"), ":": ("colon", ":")}
    | {"(": ("open", "("), "[": ("open", "["), "{": ("brace", "{"), ")": ("close", ")"), "]": ("close", "]")}
    | {
        "}": ("unbrace", "}"),
        ".": ("stop", "."),
        "|": ("bar", "|"),
        "∣": ("bar", "|"),
        "‖": ("bars", "||"),
        "∥": ("bars", "||"),
        "%": ("percent", "%"),
    }
    | {"⟨": ("open", "<"), "⟩": ("close", ">"), "⌊": ("open", "floor"), "⌋": ("close", "floor"), "⌈": ("open", "ceil")}
    | {"⌉": ("close", "ceil"), "=": ("relation", "="), "<": ("relation", "<"), ">": ("relation", ">")}
    | {"≥": ("relation", ">="), "⩾": ("relation", ">="), "≤": ("relation", "<="), "⩽": ("relation", "<=")}
    | {"≠": ("relation", "!="), "≈": ("relation", "approx"), "≡": ("relation", "=="), "≜": ("relation", ":=")}
    | {"≔": ("relation", ":="), "∼": ("relation", "~"), "∈": ("relation", "in"), "∝": ("relation", "propto")}
    | {"→": ("relation", "->"), "⇒": ("implies", "=>"), "∴": ("implies", "=>"), "∂": ("partial", "d")}
    | {"∇": ("nabla", "nabla"), "∫": ("integral", "int"), "∑": ("name", "sum"), "Σ": ("name", "Sigma")}
    | {"∏": ("name", "prod"), "√": ("command", "sqrt"), "'": ("prime", "'"), "′": ("prime", "'"), "’": ("prime", "'")}
    | {"″": ("prime", "''"), "…": ("ellipsis", "..."), "¬": ("name", "not")}
)

ASCII_SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"**": ("power", "^"), "||": ("bars", "||"), ">=": ("relation", ">="), "=>": ("implies", "=>")}
    | {"<=": ("relation", "<="), "=<": ("relation", "<="), "!=": ("relation", "!="), "<>": ("relation", "!=")}
    | {"==": ("relation", "="), ":=": ("relation", ":="), "->": ("relation", "->"), ".T": ("transpose", ".T")}
    | {"~=": ("relation", "approx"), "...": ("ellipsis", "..."), ".*": ("product", "odot"), "=:": ("relation", ":=")}
)

SUPERSCRIPTS: Mapping[str, str] = MappingProxyType(dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ", "0123456789+-()niT", strict=True)))
SUBSCRIPTS: Mapping[str, str] = MappingProxyType(
    dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-()aehijklmnoprstuvx", strict=True))
)

ACCENTS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("hat", "bar", "tilde", "vec", "dot", "ddot", "check", "breve")}
    | {"widehat": "hat", "widetilde": "tilde", "overline": "bar", "overrightarrow": "vec", "underline": "underline"}
)

ALPHABETS: Mapping[str, str] = MappingProxyType(
    {"mathcal": "cal", "mathscr": "cal", "mathbb": "bb", "mathfrak": "frak", "mathds": "bb", "mathbbm": "bb"}
)

# Commands whose braces hold upright words; one word is a name, more are a comment.
TEXTS: frozenset[str] = words(
    "text mathrm operatorname mathsf mathit mathtt textbf textit textrm textsf texttt mbox hbox mathop textnormal"
)

# Commands that change only the look.
STYLES: frozenset[str] = words(
    "mathbf boldsymbol bm pmb mathnormal displaystyle textstyle scriptstyle limits nolimits left right middle big "
    "bigl bigr bigg biggl biggr Big Bigl Bigr Bigg Biggl Biggr bigm Bigm rm bf it sf cal quad qquad space "
    "nonumber notag noindent hfill allowbreak boxed fbox phantom hline normalsize large small bold mathstrut "
    "thinspace medspace thickspace enspace hfil strut tiny Large centering mathord mathbin mathrel ensuremath"
)

# Commands whose one argument in braces is a comment or nothing.
REMARKS: frozenset[str] = words("href tag label hspace vspace color notag ref eqref cite footnote tag* hspace*")

DIVERGENCE_WORDS: frozenset[str] = frozenset({"KL", "DKL", "D_KL", "kl", "KLD", "Dkl"})

# Names that every problem has, and that a closed table need not list.
CONSTANTS: frozenset[str] = frozenset({"pi", "e", "infty", "inf", "%pi", "%e", "%i", "cdot", "dots"})

# Names that are read as functions in front of a spaced bracket, too, where no table says otherwise.
CUSTOMARY_FUNCTIONS: frozenset[str] = words("f g h F G H p q P Q")

# Words that begin a comment, never a factor.
COMMENT_WORDS: frozenset[str] = words(
    "if else otherwise since where because by with for and as when so thus hence using where from is the"
)
