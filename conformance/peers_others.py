"""The tests of ONNX, DeepSpeed and optax, re-enacted.

Their settings, shapes, steps and tolerances; NumPy's random numbers in the place of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from optimspec.conformance.peers_mistakes import RIGHT, Form, Mistake
from optimspec.conformance.specimen import Specimen
from optimspec.reference import FORMATS

SEED: Final = 9876
_FLOAT32: Final = FORMATS["float32"].round

TOLERANCES: Final[Mapping[str, tuple[float, float]]] = {
    "onnx": (1e-3, 1e-7),
    "deepspeed": (1e-7, 1e-2),
    "optax": (3e-2, 3e-2),
}
"""Relative and absolute, as the tests have them, whose addresses are below.

The relative one of DeepSpeed is NumPy's default, the absolute one a share of the norm.
"""

_PAPER: Final = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

_LATE: Final = 10**6
"""A step at which 1 - beta^t is exactly 1: nothing is corrected, as ONNX has it at T = 0."""

_ONNX: Final = (
    ((0.1, 1e-7), [1.2, 2.8], [-0.94, -2.5], [1.7, 3.6], [0.1, 0.1]),
    ((0.85, 1e-2), [1.0], [-1.0], [2.0], [0.5]),
    ((0.85, 1e-2), [1.0, 2.0], [-1.0, -3.0], [4.0, 1.0], [1.0, 10.0]),
)
"""beta2 and eps; parameters, gradients, and moments before the step."""


def onnx_backend(mistake: Mistake) -> bool:
    """``test_adam`` and ``test_adam_multiple``: one step at T = 0.

    The operator adds L2 weight decay to the gradient, gets T and the moments as inputs, and
    corrects no bias at T = 0.

    Sources: https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/node/adam.py and
    https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/node/__init__.py
    """
    form = Form("adam", ("l2-weight-decay",))
    fixed = {"alpha": 0.1, "beta1": 0.95, "lambda": 0.001}
    for (beta2, epsilon), x, g, m, v in _ONNX:
        hyper = {**fixed, "beta2": beta2, "epsilon": epsilon}
        after = []
        for one in (mistake, RIGHT):
            session = one.implements(form).start([_FLOAT32(np.array(x))], hyper, "float32")
            session.load([{"m": _FLOAT32(np.array(m)), "v": _FLOAT32(np.array(v))}], step=_LATE)
            (theta,) = session.step([_FLOAT32(np.array(g))])
            after.append([theta, session.state()[0]["m"], session.state()[0]["v"]])
        if not all(np.allclose(a, b, *TOLERANCES["onnx"]) for a, b in zip(*after, strict=True)):
            return False
    return True


def deepspeed_cpu_adam(mistake: Mistake) -> bool:
    """``TestCPUAdam.test_torch_adamw_equal`` in float32: the norms after ten steps.

    The candidate has DeepSpeed's default weight decay 0, the reference torch's 0.01. The size of
    2^20 elements is left out.

    Source: https://github.com/deepspeedai/DeepSpeed/blob/master/tests/unit/ops/adam/test_cpu_adam.py
    """
    rng = np.random.default_rng(SEED)
    return all(_same_norm(mistake, size, rng) for size in (64, 22, 128, 1024))


def _same_norm(mistake: Mistake, size: int, rng: np.random.Generator) -> bool:
    theta0, *gradients = (_FLOAT32(rng.standard_normal(size)) for _ in range(11))
    norms = []
    for one, decay in ((mistake, 0.0), (RIGHT, 0.01)):
        hyper = {"alpha": 1e-3, **_PAPER, "lambda": decay}
        session = one.implements(Form("adamw")).start([theta0], hyper, "float32")
        for gradient in gradients:
            (theta,) = session.step([gradient])
        norms.append(float(np.linalg.norm(theta)))
    rtol, share = TOLERANCES["deepspeed"]
    return bool(np.allclose(norms[0], norms[1], rtol, norms[0] * share))


def optax_optimization(mistake: Mistake) -> bool:
    """``AliasTest.test_optimization`` for adam, adamw and amsgrad: 10,000 steps at rate 0.1.

    A parabola and Rosenbrock's function; the result must be near the minimum. Here in float64,
    where the test has float32: rounding is far below the tolerance.

    Source: https://github.com/google-deepmind/optax/blob/main/optax/_src/alias_test.py
    """
    forms = (Form("adam"), Form("adamw"), Form("adam", ("amsgrad-after-correction",)))
    return all(_arrives(mistake.implements(form)) for form in forms)


@lru_cache(maxsize=64)
def _arrives(specimen: Specimen) -> bool:
    hyper = {"alpha": 0.1, **_PAPER, "lambda": 1e-4}
    bowl, valley = np.array([-1.0, 10.0, 1.0]), np.zeros(2)
    lowest = np.array([1.0, -1.0, 1.0])
    session = specimen.start([bowl, valley], hyper, "float64")
    for _ in range(10_000):
        x, y = valley
        slopes = np.array([2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)])
        bowl, valley = session.step([2 * (bowl - lowest), slopes])
    reached = np.concatenate([bowl, valley])
    return bool(np.allclose(reached, [*lowest, 1.0, 1.0], *TOLERANCES["optax"]))
