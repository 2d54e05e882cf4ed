"""Every tolerance of the grader, each with its reason: nothing else decides by how much two numbers may differ.

What a rubric states (its relative tolerance, the digits of a figure) is the course's own, and comes on top.
"""

from __future__ import annotations

# Two evaluations of equal formulas in doubles differ by rounding only, a few parts in 10^13 after some hundred
# operations. Unequal ones that come this near at every sample point are none that a student writes: a slip of 1e-4 in
# s(1 - s) is a hundred thousand times larger.
ROUNDING = 1e-9

# The same for two terms of a handful of operations, which are looked at in high precision where they differ by more.
TERM_ROUNDING = 1e-11

# Below this a number is what cancels among numbers of size one, and not one of its own.
NOTHING = 1e-12

# What doubles leave where the exact value is 0 and numbers of size one cancel once.
CANCELLED = 1e-14

# A value that is computed in doubles through a network is known to so many parts of its size.
COMPUTED = 1e-13

# Half a unit of a figure's last digit is a decimal fraction, whose edge doubles miss by a few parts in 10^16; an author
# who prints an exact half rounds either way.
EDGE = 1e-9

# An author's own chain of gradients may be rounded on its way: a part in a million is not another formula.
AUTHORS_GRADIENT = 1e-6

# A value that stands behind a formula costs nothing: it is told to be wrong only where no rounding can have made it so.
CLEARLY_OFF = 0.05

# Weights of a certificate come from least squares in doubles over some hundred worlds.
CERTIFICATE = 1e-8

# A relation is refuted only by more than all that certificates and evaluations leave open together.
REFUTED = 1e-7

# Digits by which two values in high precision must differ, of those that were worked with, to be two.
GUARD_DIGITS = 8
