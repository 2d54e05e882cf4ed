"""From the many dresses of numbers in text to a plain one: digits, brackets, commas, `;` between rows, `*` and `'`."""

from __future__ import annotations

import re
from collections.abc import Callable

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_CHARACTERS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "≈": "=", "\u00a0": " ", "\t": " "})

# In order: each rule sees what the rules before it have left.
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        (r"\\\\(?:\[[^\[\]\n]{0,20}\])?", " ; "),
        (r"\\(?:left|right|[bB]ig+[lr]?|displaystyle|limits)(?![A-Za-z])\.?", ""),
        (r"\\(?:quad|qquad|hspace\{[^{}]*\})|\\[,;:! ]|~|\$|\\\[|\\\]|\\\(|\\\)", " "),
        (r"\\(?:approx|simeq|doteq)(?![A-Za-z])", "="),
        (r"\\(?:mathbf|boldsymbol|mathrm|text|operatorname)\s*\{([^{}]*)\}", r"\1"),
        (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2"),
        (r"\s*(?:\\(?:times|cdot|ast)(?![A-Za-z])|\*{1})\s*(?!\*)", "*"),
        (r"(?<=[\d.\])}'])\s*[xX]\s*(?=10\s*(?:\^|\*\*))", "*"),
        (r"\b10\s*(?:\^|\*\*)\s*[{(]?\s*([-+]?\d{1,4})\s*[})]?", r"1e\1"),
        (r"\^\s*(?:\{\s*)?(?:\\(?:top|intercal|mathsf\{T\}|prime)|[Tt](?![A-Za-z])|⊤)\s*\}?|(?<=[\])])\.T\b|ᵀ", "'"),
        (r"(?<=[\])}⟧])\s*[eE]([-+]?\d{1,4})", r"*1e\1"),
        (r"\s*\\?%", "*1e-2"),
        (r"(?<![\w.)\]}'])-\s+(?=[\d.])", "-"),
        (r"\s*/\s*", "/"),
        (r"\\begin\{(?:[bpvBV]?(?:small)?matrix\*?|array|smallmatrix)\}(?:\{[^{}]*\}|\[[^\[\]]*\])?", " ⟦ "),
        (r"\\end\{(?:[bpvBV]?(?:small)?matrix\*?|array|smallmatrix)\}", " ⟧ "),
        (r"\\hline", " "),
        (r"&", " , "),
        (r"\b(?:np|numpy|torch|jnp)\.", ""),
        (r",\s*(?:dtype|device|requires_grad|grad_fn)\s*=\s*[^,)\n]*", ""),
        (r"\b(?:array|tensor|matrix|asarray)\s*\(", "("),
        (r"(?:\\nabla|∇|\\[A-Za-z]+|[A-Za-z])(?:[^=\[\](),;\n⟦⟧]|\([^()\[\]]{0,80}\)){0,80}=", " "),
        (r"\band\b", ","),
        (r"(?<=[\])}⟧])\s*\.\s*$", ""),
    )
)  # fmt: skip


def plain(text: str) -> str:
    """Undress a text of numbers. Matrix environments become ⟦ ... ⟧, which may stand within brackets of their own."""
    undressed = re.sub(r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "10^" + m[1].translate(_SUPERSCRIPTS), text)
    undressed = re.sub(r"[^\S\n]+", " ", undressed.translate(_CHARACTERS))
    undressed = re.sub(r"\s*\n\s*", "\n", undressed)
    for pattern, replacement in _RULES:
        undressed = pattern.sub(replacement, undressed)
    return undressed.strip(" \n,;=`")
