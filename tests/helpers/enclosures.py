"""Runs in balls: what is said of exact values is asked of intervals that surely hold them."""

from typing import Final

import flint
import numpy as np

from optimspec.reference import FLOAT64, Ball, run
from optimspec.reference.trajectory import history

BITS: Final = 2 * FLOAT64.precision + 22
"""A double's digits twice over, and as many more as such a run may lose."""

precise = flint.ctx.workprec(BITS)
"""Decorates a test whose balls are of this precision."""


def enclosed(algorithm, experiment, variable="theta"):
    """The true values of a variable of the first parameter, steps along the first axis."""
    return np.array(history(run(algorithm, Ball(), experiment), 0, variable))


def length(x):
    """The Euclidean length of every row, whatever its shape."""
    return Ball().sqrt(np.sum(np.reshape(x, (len(x), -1)) ** 2, axis=1))


def agree(one, other):
    """Whether these may be the same numbers, all of which are known as well as doubles are."""
    return _holds(lambda x, y: x.overlaps(y), one, other)


def at_most(one, other):
    """Whether the first may be no larger than the second, all known as well as doubles are."""
    return _holds(lambda x, y: not x > y, one, other)


def _holds(relation, one, other):
    pairs = list(zip(*map(np.ravel, np.broadcast_arrays(one, other)), strict=True))
    known = min(x.rel_accuracy_bits() for pair in pairs for x in pair)
    return known >= FLOAT64.precision and all(relation(*pair) for pair in pairs)
