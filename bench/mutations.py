"""Two hundred altered formulas for each formula item, truly different by NumPy's own numbers: how many are accepted.

Run with `.venv/bin/python bench/mutations.py [COUNT]`. `tests/formulas/test_mutations.py` does the same with fewer, and
`tests/formulas/test_declared_mutations.py` for homeworks that declare their networks.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.formulas import test_declared_mutations as declared
from tests.formulas import test_mutations as homework6
from tests.formulas.notations import NOTATIONS


def main(count: int = 200) -> None:
    """Print one line for each item."""
    for item in homework6.FORMULAS:
        for notation in NOTATIONS:
            wrong, tried = homework6.accepted(item, count, notation)
            print(f"{item:26} {notation:8} {tried} altered, {len(wrong)} accepted {wrong[:3] or ''}", flush=True)
    for item in declared.FORMULAS:
        wrong, tried = declared.accepted(item, count)
        print(f"{item:26} {tried} altered, {len(wrong)} accepted {wrong[:3] or ''}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
