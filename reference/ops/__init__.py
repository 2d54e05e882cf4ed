"""The table of operations: forward rule, vector-Jacobian product, known wrong variants, one entry each.

Each family has a module of its own. Shapes are given without the leading batch axis. Rules of calculus are in Griewank
and Walther, "Evaluating Derivatives"; what comes from elsewhere says so where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.operations import Operation
from reference.ops.arithmetic import ARITHMETIC
from reference.ops.attention import ATTENTION
from reference.ops.convolution import CONVOLUTION
from reference.ops.elementwise import ELEMENTWISE, sigmoid
from reference.ops.entropies import ENTROPIES
from reference.ops.logits import LOGITS
from reference.ops.lookup import LOOKUP
from reference.ops.losses import LOSSES
from reference.ops.matmul import MATMUL
from reference.ops.normalisation import NORMALISATION
from reference.ops.pooling import POOLING
from reference.ops.products import PRODUCTS
from reference.ops.reductions import REDUCTIONS
from reference.ops.shapes import SHAPES
from reference.ops.softmax import SOFTMAX
from reference.ops.updates import UPDATES
from reference.ops.uses import USES

__all__ = ["TABLE", "sigmoid"]

TABLE: Mapping[str, Operation] = {
    **ELEMENTWISE,
    **ARITHMETIC,
    **MATMUL,
    **PRODUCTS,
    **SHAPES,
    **LOOKUP,
    **REDUCTIONS,
    **SOFTMAX,
    **LOSSES,
    **ENTROPIES,
    **LOGITS,
    **CONVOLUTION,
    **POOLING,
    **ATTENTION,
    **NORMALISATION,
    **UPDATES,
    **USES,
}
