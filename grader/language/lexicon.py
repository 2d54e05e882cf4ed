"""The shapes of tokens, as one regular expression, and the words that are known to stand together."""

from __future__ import annotations

import re

from grader.language import vocabulary

_TEXTS = "|".join(sorted(vocabulary.TEXTS, key=len, reverse=True))
_REMARKS = "|".join(map(re.escape, sorted(vocabulary.REMARKS, key=len, reverse=True)))
_ALPHABETS = "|".join(vocabulary.ALPHABETS)
PATTERN = re.compile(
    rf"""
      (?P<space>[ \t\r\n\f\v\u00a0\u2000-\u200a\u202f\u3000~]+ | \\[,;:!> \n] | \\$ | \\\$ | \${{1,2}})
    | (?P<number>(?:[0-9]+\.[0-9]+ | \.[0-9]+ | [0-9]+\.(?=[eE][-+]?[0-9] | [-\s)\]}},+/^] | $) | [0-9]+)
        (?:[eE][-+]?[0-9]+)?)
    | (?P<word>[A-Za-z][A-Za-z0-9]*)
    | (?P<percent>%[A-Za-z]+)
    | (?P<fraction>\\[dtc]?frac\s*[0-9](?:\s*[0-9])?)
    | (?P<begin>\\begin\s*\{{(?P<begun>[A-Za-z]+)\*?\}}(?:\s*\[[^\][]*\])?(?:\s*\{{[lcr|@{{}} ]*\}})?)
    | (?P<end>\\end\s*\{{(?P<ended>[A-Za-z]+)\*?\}})
    | (?P<text>\\(?P<dress>{_TEXTS})(?![A-Za-z])\*?\s*\{{(?P<inside>[^{{}}]*)\}})
    | (?P<letter>\\(?P<alphabet>{_ALPHABETS})\s*(?:\{{\s*([A-Za-z]+|1)\s*\}}|(?<![A-Za-z])([A-Za-z1])(?![A-Za-z])))
    | (?P<one>\\(?:mathbf|boldsymbol|bm)\s*(?:\{{\s*1\s*\}}|1))
    | (?P<braced>\{{\s*[-+=]\s*\}})
    | (?P<remark>\\(?:{_REMARKS})(?![A-Za-z])\s*\{{[^{{}}]*\}}(?:\s*\{{\\text\{{[^{{}}]*\}}\}})?)
    | (?P<blank>\\(?:left|right)\s*\.)
    | (?P<newline>\\\\(?:\s*\[[^\][]{{0,20}}\])?)
    | (?P<command>\\(?:[A-Za-z]+ | [^A-Za-z\s]))
    | (?P<sign>\*\*|\|\||>=|=>|<=|=<|!=(?!=)|<>|==|:=|=:|->|\.T(?![A-Za-z])|~=|\.\.\.|\.\*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)  # fmt: skip
WORDS = (
    vocabulary.FUNCTIONS
    | vocabulary.GREEK
    | frozenset(vocabulary.SERIES)
    | vocabulary.DIVERGENCE_WORDS
    | {"ELBO", "KL", "grad", "nabla", "diff", "binomial", "matrix", "lhs", "rhs"}
)
NAMES = (vocabulary.GREEK | vocabulary.FUNCTIONS | frozenset(vocabulary.SERIES)) - {"sqrt"}
NAMED = {
    "infty": "infty", "ell": "ell", "hbar": "hbar", "Pr": "Pr", "top": "top", "intercal": "top", "dagger": "dagger",
    "sum": "sum", "KL": "KL", "E": "E", "emptyset": "emptyset", "varnothing": "emptyset", "imath": "imath",
    "jmath": "jmath", "Re": "Re", "Im": "Im"
}  # fmt: skip
DISPLAY = frozenset({"(", ")", "[", "]"})
DOUBLE_STRUCK = {"𝔼": "E", "𝟙": "1", "𝟏": "1", "ℝ": "R", "ℂ": "C", "ℕ": "N", "ℤ": "Z", "𝕀": "I", "ℍ": "H", "ℙ": "P"}
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0305": "bar", "\u0307": "dot", "\u20d7": "vec"}
