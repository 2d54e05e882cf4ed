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
    "mean Mean var log_softmax log_sigmoid logsumexp max_pool avg_pool conv_transpose conv_transpose2d "
    "ConvTranspose ConvTranspose2d correlate2d convolve2d layer_norm batch_norm cross_entropy einsum"
)

# Functions that may have a base below: `\\log_2`. Elsewhere a subscript on a function is refused.
LOGARITHMS: frozenset[str] = words("log")

# Words of Mathematica and Maple for functions that the language has in small letters.
CAPITALISED: Mapping[str, str] = MappingProxyType(
    {
        name.capitalize(): name
        for name in words("exp log ln sqrt sin cos tan sinh cosh tanh abs max min sign sum transpose tr det")
    }
    | {"ArcTan": "arctan", "ArcSin": "arcsin", "ArcCos": "arccos", "UnitStep": "step", "LogisticSigmoid": "sigmoid"}
)

# What may stand before a function's name and a point: the libraries of array programs.
LIBRARIES: frozenset[str] = words(
    "np numpy torch jnp jax tf tensorflow scipy math F nn functional sp special signal linalg"
)

# Methods of arrays: `A.sum(axis=0)` is `sum(A, axis=0)`. Other words behind a full stop are factors.
METHODS: frozenset[str] = words(
    "sum mean max min prod var std dot matmul mm mv outer inner reshape view flatten ravel transpose permute t trace "
    "squeeze unsqueeze exp log sqrt abs pow norm softmax log_softmax sigmoid relu tanh argmax argmin cumsum clip clamp "
    "round conj copy detach numpy item astype float double tolist swapaxes add sub mul div multiply subtract divide "
    "square sign expand repeat tile broadcast_to expand_dims conv conv2d"
)

# What is asked of an array without a bracket.
ATTRIBUTES: frozenset[str] = words("shape size ndim grad")

# Values of arguments that are no numbers.
LITERALS: frozenset[str] = words("True False None newaxis float int bool float32 float64")

# Words in a superscript that are part of a name: `\\theta^{old}`.
MARK_WORDS: frozenset[str] = words(
    "old new prev next true ref opt max min train test ML MAP MLE EM init final target pred obs"
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
    | dict.fromkeys(("leftarrow", "gets", "longleftarrow"), ("relation", ":="))
    | dict.fromkeys(
        ("Rightarrow", "implies", "therefore", "Longrightarrow", "iff", "because", "Leftrightarrow"), ("implies", "=>")
    )
    | dict.fromkeys(("mid", "vert", "lvert", "rvert", "middle|"), ("bar", "|"))
    | dict.fromkeys(("|", "Vert", "lVert", "rVert", "parallel"), ("bars", "||"))
    | {"lbrace": ("open", "{"), "rbrace": ("close", "}"), "lbrack": ("open", "["), "rbrack": ("close", "]")}
    | {"langle": ("open", "<"), "rangle": ("close", ">"), "lfloor": ("open", "floor"), "rfloor": ("close", "floor")}
    | {"lceil": ("open", "ceil"), "rceil": ("close", "ceil"), "colon": ("colon", ":")}
    | {"lparen": ("open", "("), "rparen": ("close", ")"), "slash": ("slash", "/")}
    | {"lnot": ("name", "not"), "neg": ("name", "not"), "centerdot": ("product", "cdot"), "comma": ("comma", ",")}
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
    | {
        "→": ("relation", "->"),
        "←": ("relation", ":="),
        "⇒": ("implies", "=>"),
        "∴": ("implies", "=>"),
        "∂": ("partial", "d"),
    }
    | {"∇": ("nabla", "nabla"), "∫": ("integral", "int"), "∑": ("name", "sum"), "Σ": ("name", "Sigma")}
    | {"∏": ("name", "prod"), "√": ("command", "sqrt"), "'": ("prime", "'"), "′": ("prime", "'"), "’": ("prime", "'")}
    | {"″": ("prime", "''"), "…": ("ellipsis", "..."), "¬": ("name", "not")}
)

ASCII_SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"**": ("power", "^"), "||": ("bars", "||"), ">=": ("relation", ">="), "=>": ("implies", "=>")}
    | {"<=": ("relation", "<="), "=<": ("relation", "<="), "!=": ("relation", "!="), "<>": ("relation", "!=")}
    | {"==": ("relation", "="), ":=": ("relation", ":="), "->": ("relation", "->"), ".T": ("transpose", ".T")}
    | {
        "~=": ("relation", "approx"),
        "...": ("ellipsis", "..."),
        ".*": ("product", "odot"),
        "./": ("slash", "/"),
        ".^": ("power", "^"),
        "<-": ("relation", ":="),
        "=:": ("relation", ":="),
    }
)

SUPERSCRIPTS: Mapping[str, str] = MappingProxyType(dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ", "0123456789+-()niT", strict=True)))
SUBSCRIPTS: Mapping[str, str] = MappingProxyType(
    dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-()aehijklmnoprstuvx", strict=True))
)

ACCENTS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("hat", "bar", "tilde", "vec", "dot", "ddot", "check", "breve", "acute", "grave")}
    | {"widehat": "hat", "widetilde": "tilde", "overline": "bar", "overrightarrow": "vec", "underline": "underline"}
    | {"widecheck": "check", "mathring": "ring", "underbar": "underline", "overarrow": "vec"}
)

# Marks that only say of what kind a name is; a table that has no such name has the one without.
PLAIN_MARKS: frozenset[str] = frozenset({"vec", "underline"})

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
    "nonumber notag noindent hfill allowbreak boxed fbox hline normalsize large small bold mathstrut "
    "mleft mright mathclose mathopen mathpunct mathinner boldmath symbf symbfit symbfup hskip "
    "thinspace medspace thickspace enspace hfil strut tiny Large centering mathord mathbin mathrel ensuremath"
)

# Commands whose one argument in braces is a comment or nothing.
REMARKS: frozenset[str] = words(
    "phantom hphantom vphantom href tag label hspace vspace color notag ref eqref cite footnote tag* hspace*"
)

DIVERGENCE_WORDS: frozenset[str] = frozenset({"KL", "DKL", "D_KL", "kl", "KLD", "Dkl"})

# Names that every problem has, and that a closed table need not list.
CONSTANTS: frozenset[str] = frozenset({"pi", "e", "infty", "inf", "%pi", "%e", "%i", "cdot", "dots"}) | LITERALS

# Names that are read as functions in front of a spaced bracket, too, where no table says otherwise.
CUSTOMARY_FUNCTIONS: frozenset[str] = words("f g h F G H p q P Q")

# Words that begin a comment, never a factor.
COMMENT_WORDS: frozenset[str] = words(
    "if else otherwise since where because by with for and as when so thus hence using where from is the"
)

# Words that say when a case holds, and those that say that it holds where no other does.
IF_WORDS: frozenset[str] = words("if for when where wenn falls")
ELSE_WORDS: frozenset[str] = words("otherwise else sonst")

# Words between a statement and the next one; those that stand for themselves begin one even without a relation.
NEXT_WORDS: frozenset[str] = words("then so thus hence therefore finally and gives yields")
BEGIN_WORDS: frozenset[str] = words("return print answer result solution")
# Words before what a formula's own names stand for.
WITH_WORDS: frozenset[str] = words("where with and let for mit wobei using here")

# Signs of an indicator function: 1 where what stands behind or below holds.
INDICATORS: frozenset[str] = words("1 I indicator ind Ind chi")

# LaTeX's further spellings of names.
NAMED: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("infty", "ell", "hbar", "Pr", "top", "dagger", "sum", "KL", "E", "emptyset", "imath")}
    | {name: name for name in ("jmath", "Re", "Im")}
    | {"intercal": "top", "varnothing": "emptyset", "exponentialE": "e", "imaginaryI": "i", "imaginaryJ": "j"}
    | {"differentialD": "d", "dd": "d", "increment": "Delta", "E": "E"}
)

FRACTIONS: frozenset[str] = words("frac dfrac tfrac cfrac nicefrac sfrac flatfrac xfrac")
BINOMIALS: frozenset[str] = words("binom dbinom tbinom")

# Every command that is read.
COMMANDS: frozenset[str] = (
    frozenset(SIGNS)
    | frozenset(NAMED)
    | frozenset(ACCENTS)
    | frozenset(ALPHABETS)
    | frozenset(SERIES)
    | FRACTIONS
    | BINOMIALS
    | GREEK
    | FUNCTIONS
    | TEXTS
    | STYLES
    | REMARKS
    | {"begin", "end", "sqrt", "underbrace", "overbrace", "underset", "overset", "stackrel", "qed", "blacksquare"}
)
