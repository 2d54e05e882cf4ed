"""Math-Verify's side of bench/equality.py, in its own environment: JSON pairs in, verdict and milliseconds out."""

from __future__ import annotations

import json
import sys
import time

from math_verify import LatexExtractionConfig, parse, verify

CONFIG = [LatexExtractionConfig()]


def main() -> None:
    """Answer each line; parsing counts, as it does for the other side."""
    for line in sys.stdin:
        a, b = json.loads(line)
        start = time.perf_counter()
        sides = [parse(f"${side}$", extraction_config=CONFIG) for side in (a, b)]
        verdict = "same" if verify(*sides) else "different"
        if not all(sides):
            verdict = "unreadable"
        print(json.dumps([verdict, (time.perf_counter() - start) * 1e3]), flush=True)


main()
