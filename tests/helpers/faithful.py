"""Runs beside the truth and the derived bound: what a test asks of an implementation."""

import numpy as np

from optimspec.conformance.measure import ratios
from optimspec.conformance.reckoned import bounds
from optimspec.reference import error_limit, truth


def error_constant(algorithm, experiment, visited):
    """The largest error of the parameters after each step, in units of E; inf without E."""
    paths = [np.array(path) for path in zip(*visited, strict=True)]
    together = zip(paths, truth(algorithm, experiment), bounds(algorithm, experiment), strict=True)
    return max(_constant(path, true["theta"], off["theta"]) for path, true, off in together)


def _constant(path, true, bound):
    bounded = np.isfinite(bound[: len(path)]).all()
    return np.max(ratios(true.error(path), bound[: len(path)]), initial=0) if bounded else np.inf


def allowed(algorithm, experiment):
    """What a faithful run may be off by in its first parameter, step by step."""
    return error_limit(algorithm) * bounds(algorithm, experiment)[0]["theta"]
