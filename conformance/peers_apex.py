"""The tests of apex, re-enacted.

Their settings, shapes, steps and tolerances; NumPy's random numbers in the place of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from optimspec.conformance.peers_mistakes import RIGHT, Form, Mistake
from optimspec.conformance.protocol import Array
from optimspec.reference import FORMATS

SEED: Final = 9876

TOLERANCES: Final[Mapping[str, tuple[float, float]]] = {
    "fused": (1.0, 1e-3),
    "native": (1e-3, 1e-3),
}
"""Relative and absolute, as the tests have them, whose addresses are below."""

_FLOAT32: Final = FORMATS["float32"].round
_PAPER: Final = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def fused_adam(mistake: Mistake) -> bool:
    """``TestFusedAdam.test_float`` and ``test_adam_option``: seven steps, no weight decay.

    The two tolerances are for themselves: both must be kept. The tests in half precision return
    before they compare.

    Source: https://github.com/NVIDIA/apex/blob/master/tests/L0/run_optimizers/test_fused_optimizer.py
    """
    usual = {"alpha": 5e-4, **_PAPER, "lambda": 0.0}
    other = {"alpha": 0.01, "beta1": 0.6, "beta2": 0.9, "epsilon": 3e-6, "lambda": 0.0}
    return all(
        _stays_near(mistake, size, tuple(hyper.items()))
        for size, hyper in ((278011, usual), (1, other))
    )


def _stays_near(mistake: Mistake, size: int, hyper: tuple[tuple[str, float], ...]) -> bool:
    theta0, gradients, wanted = _fused_run(size, hyper)
    session = mistake.implements(Form("adamw")).start([theta0], dict(hyper), "float32")
    for gradient, want in zip(gradients, wanted, strict=True):
        (got,) = session.step([gradient])
        with np.errstate(all="ignore"):
            relative, absolute = np.abs((want - got) / want).max(), np.abs(want - got).max()
        rtol, atol = TOLERANCES["fused"]
        if relative > rtol or absolute > atol:  # NaN exceeds nothing, as in apex
            return False
    return True


@lru_cache(maxsize=2)
def _fused_run(
    size: int, hyper: tuple[tuple[str, float], ...]
) -> tuple[Array, list[Array], list[Array]]:
    rng = np.random.default_rng(SEED)
    theta0, *gradients = (_FLOAT32(rng.random(size)) for _ in range(8))
    session = RIGHT.implements(Form("adamw")).start([theta0], dict(hyper), "float32")
    return theta0, gradients, [session.step([gradient])[0] for gradient in gradients]


def native(mistake: Mistake) -> bool:
    """``AdamTest.testNative``: 100 steps at learning rate 1e-5.

    Weights are compared after each step, and then the candidate's are overwritten with the
    reference's. The network here is the fully connected half of the test's, without the
    convolutions before it.

    Source: https://github.com/NVIDIA/apex/blob/master/tests/L0/run_optimizers/test_adam.py
    """
    hyper = {"alpha": 1e-5, **_PAPER, "lambda": 0.0}
    run = _native_run()
    session = mistake.implements(Form("adamw")).start(run[0][0], hyper, "float32")
    for (_, gradients), (wanted, _) in pairwise(run):
        got = session.step(gradients)
        if not all(
            np.allclose(a, b, *TOLERANCES["native"], equal_nan=True)
            for a, b in zip(got, wanted, strict=True)
        ):
            return False
        session.load([{"theta": x} for x in wanted])
    return True


@lru_cache(maxsize=1)
def _native_run() -> list[tuple[list[Array], list[Array]]]:
    """The reference's weights before each step, and their gradients."""
    rng = np.random.default_rng(SEED)
    shapes = ((120, 256), (84, 120), (10, 84))
    weights = [_FLOAT32(rng.uniform(-1, 1, s) / np.sqrt(s[1])) for s in shapes]
    hyper = {"alpha": 1e-5, **_PAPER, "lambda": 0.0}
    session = RIGHT.implements(Form("adamw")).start(weights, hyper, "float32")
    run = []
    for _ in range(101):
        gradients = [_FLOAT32(g) for g in _relu_network(weights, rng)]
        run.append((weights, gradients))
        weights = session.step(gradients)
    return run


def _relu_network(weights: Sequence[Array], rng: np.random.Generator) -> list[Array]:
    """Gradients of the mean squared error of a batch of 32."""
    layers = [rng.random((32, 256))]
    for weight in weights:
        layers.append(np.maximum(layers[-1] @ weight.T, 0))
    slope = 2 * (layers[-1] - rng.random((32, 10))) / layers[-1].size
    gradients: list[Array] = []
    for weight, given, made in reversed(list(zip(weights, layers, layers[1:], strict=False))):
        slope = slope * (made > 0)
        gradients.insert(0, slope.T @ given)
        slope = slope @ weight
    return gradients
