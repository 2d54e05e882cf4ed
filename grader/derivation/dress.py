"""What derivations wear that formulas do not: environments, alignment, remarks in columns, authors' own brackets."""

from __future__ import annotations

import re

_ENVIRONMENTS = (
    r"align|aligned|alignat|eqnarray|equation|gather|gathered|split|multline|displaymath|math|flalign|array|dcases"
)
_EDITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (rf"\\(?:begin|end)\s*\{{(?:{_ENVIRONMENTS})\*?\}}(?:\s*\{{[lcr|@ ]*\}})?", " "),
        (r"\\href\s*\{[^{}]*\}\s*(\{(?:[^{}]|\{[^{}]*\})*\})", r" \\text\1"),
        (r"\\text\{\\text\{([^{}]*)\}\}", r"\\text{\1}"),
        (r"\\(?:label|tag\*?|eqref|ref|hspace\*?|vspace\*?|color|intertext|shortintertext)\s*\{[^{}]*\}", " "),
        (r"(?<!\\)\\\\(?:\s*\[[^\][]{0,20}\])?|\\cr(?![A-Za-z])|\\newline(?![A-Za-z])", " "),
        (r"&&.*$", " "),
        (r"(?<!\\)&", " "),
        (r"\\(?:quad|qquad)\s*\\text\s*\{\s*(?:since|because|as|where|with|by|using|for)\b.*$", " "),
        (r"\\q(?=[(\[|])|\\w(?=[)\]|])", ""),
        (r"\\cb(?![A-Za-z])", r"\\mid "),
        (r"\\e(?=\s*(?:\\[a-z]+|[A-Za-z]\b))", ""),
        (r"\b([lr])\.\s?h\.\s?s\b\.?", r"\1hs"),
        (r"(?:\\,|\\;|\\:|\\!|\\ |~)+$", ""),
        (r"\$+", " "),
    )
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{(.*)\}", re.DOTALL)
_ROW = re.compile(r"(?<!\\)\\\\(?:\s*\[[^\][]{0,20}\])?|\\cr(?![A-Za-z])|\r?\n")


def undressed(line: str) -> str:
    """A line without what only lays it out or comments on it."""
    for pattern, new in _EDITS:
        line = pattern.sub(new, line)
    return _unboxed(line.strip(" \t\r\n.,;"))


def _unboxed(line: str) -> str:
    """The inside of a box around a whole line, whose relation is the line's own."""
    boxed = _BOX.fullmatch(line)
    return boxed[1].strip() if boxed else line


def rows_of(text: str) -> tuple[str, ...]:
    """The lines of an answer: line breaks, and the row ends of environments."""
    return tuple(row for row in map(str.strip, _ROW.split(text)) if row)
