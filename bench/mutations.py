"""Two hundred altered formulas for each formula item, truly different by NumPy's own numbers: how many are accepted.

Run with `.venv/bin/python bench/mutations.py [COUNT]`. `tests/formulas/test_mutations.py` does the same with fewer.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.formulas.test_mutations import FORMULAS, accepted


def main(count: int = 200) -> None:
    """Print one line for each item."""
    for item in FORMULAS:
        wrong, tried = accepted(item, count)
        print(f"{item:26} {tried} altered, {len(wrong)} accepted {wrong[:3] or ''}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
