"""Every operation's value and gradients beside PyTorch's, at random float64 points: the largest relative gap of each.

PyTorch is no requirement of this project. `make bench-torch` makes an environment for it under var/peers on first use,
from bench/peers/torch.in, and runs this file there. The CPU build is enough (hundreds of MB; pip takes what its index
offers). A gap is the largest difference of two arrays, relative to the largest entry of both.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.torch_operations import PEERS, adam  # noqa: E402 - found by the line before
from reference.graph import Array  # noqa: E402
from reference.ops import TABLE  # noqa: E402
from tests.reference.cases import CASES, Case  # noqa: E402

PEER = ROOT / "var" / "peers" / "torch"
SEEDS = range(20)
RATES: Mapping[str, float] = {"eta": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def gap(ours: Array, theirs: Array) -> float:
    """The largest difference of two arrays of one shape, relative to the largest entry; infinite for two shapes."""
    if ours.shape != theirs.shape:
        return float("inf")
    size = max(np.abs(ours).max(initial=0.0), np.abs(theirs).max(initial=0.0))
    return float(np.abs(ours - theirs).max(initial=0.0) / size) if size else 0.0


def ours(case: Case, arguments: list[Array], g: Array) -> list[Array]:
    """The table's value, then its gradients by the parents, without the batch axis."""
    operation = TABLE[case.op]
    out = operation.forward(*arguments, **case.attributes)
    return [one[0] for one in [out, *operation.vjp(g, out, *arguments, **case.attributes)]]


def theirs(torch: Any, case: Case, arguments: list[Array], g: Array) -> list[Array]:
    """PyTorch's."""
    parents = [torch.tensor(one[0], dtype=torch.float64, requires_grad=True) for one in arguments]
    out = PEERS[case.op](torch, *parents, **case.attributes)
    slopes = torch.autograd.grad(out, parents, torch.tensor(g[0]), allow_unused=True) if parents else ()
    found = [torch.zeros_like(a) if slope is None else slope for a, slope in zip(parents, slopes, strict=True)]
    return [one.detach().numpy() for one in [out, *found]]


def case_gap(torch: Any, case: Case, seed: int) -> float:
    """The largest gap of the value and of the gradients at one point."""
    arguments = case.arguments(seed, (1,) * len(case.shapes))
    shape = TABLE[case.op].forward(*arguments, **case.attributes).shape
    g = np.asarray(np.random.default_rng(seed).standard_normal(shape))
    pairs = zip(ours(case, arguments, g), theirs(torch, case, arguments, g), strict=True)
    return max(gap(a, b) for a, b in pairs)


def our_adam(w: list[float], slopes: list[list[float]], rates: Mapping[str, float]) -> Array:
    """The weights after a step for each of the slopes, by the table's moments, corrections and step."""
    eta, beta1, beta2, eps = (np.array([rates[name]]) for name in ("eta", "beta1", "beta2", "eps"))
    weights = np.array([w])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for t, slope in enumerate(slopes, 1):
        first = TABLE["adam_first"].forward(first, np.array([slope]), beta1)
        second = TABLE["adam_second"].forward(second, np.array([slope]), beta2)
        pairs = ((first, beta1), (second, beta2))
        corrected = [TABLE["bias_correction"].forward(m, beta, np.array([float(t)])) for m, beta in pairs]
        weights = TABLE["adam_step"].forward(weights, *corrected, eta, eps)
    return np.asarray(weights[0])


def adam_gap(torch: Any) -> float:
    """The gap after five steps of Adam."""
    rng = np.random.default_rng(0)
    w, slopes = rng.standard_normal(4).tolist(), rng.standard_normal((5, 4)).tolist()
    return gap(our_adam(w, slopes, RATES), np.array(adam(torch, w, slopes, RATES)))


def compare() -> None:
    """Print the table; run where PyTorch is."""
    import torch  # type: ignore[import-not-found]  # noqa: PLC0415 - in the peer's environment only

    for op in TABLE:
        found = [case_gap(torch, case, seed) for case in CASES if case.op == op for seed in SEEDS]
        print(f"{op:22} {len(found):4} points   largest gap {max(found):.1e}")
    print(f"{'torch.optim.Adam':22}    5 steps    largest gap {adam_gap(torch):.1e}")


def main() -> None:
    """Compare here if PyTorch is here, else in its own environment."""
    if find_spec("torch"):
        compare()
        return
    python, stamp = PEER / "bin" / "python", PEER / "installed"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        needed = ROOT / "bench" / "peers" / "torch.in"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", needed], check=True)
        stamp.touch()
    subprocess.run([python, __file__], check=True)


if __name__ == "__main__":
    main()
