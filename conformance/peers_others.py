"""The tests of ONNX, apex, DeepSpeed and optax, re-enacted.

Their settings, shapes, steps and tolerances; NumPy's random numbers in the place of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from optimspec.conformance.peers_mistakes import RIGHT, Form, Mistake
from optimspec.conformance.protocol import Array
from optimspec.conformance.specimen import Specimen
from optimspec.reference import FORMATS

SEED: Final = 9876
_FLOAT32: Final = FORMATS["float32"].round
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
    """``test_adam`` and ``test_adam_multiple``: one step at T = 0, rtol 1e-3 and atol 1e-7.

    The operator adds L2 weight decay to the gradient, gets T and the moments as inputs, and
    corrects no bias at T = 0.

    Sources: https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/node/adam.py and
    https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/base.py
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
        if not all(np.allclose(a, b, rtol=1e-3, atol=1e-7) for a, b in zip(*after, strict=True)):
            return False
    return True


def apex_fused_adam(mistake: Mistake) -> bool:
    """``TestFusedAdam.test_float`` and ``test_adam_option``: seven steps, no weight decay.

    After each the largest absolute difference must not exceed 1e-3, nor the largest relative one
    1. The tests in half precision return before they compare.

    Source: https://github.com/NVIDIA/apex/blob/master/tests/L0/run_optimizers/test_fused_optimizer.py
    """
    usual = {"alpha": 5e-4, **_PAPER, "lambda": 0.0}
    other = {"alpha": 0.01, "beta1": 0.6, "beta2": 0.9, "epsilon": 3e-6, "lambda": 0.0}
    return all(
        _stays_near(mistake, size, tuple(hyper.items()))
        for size, hyper in ((278011, usual), (1, other))
    )


def _stays_near(mistake: Mistake, size: int, hyper: tuple[tuple[str, float], ...]) -> bool:
    theta0, gradients, wanted = _apex_run(size, hyper)
    session = mistake.implements(Form("adamw")).start([theta0], dict(hyper), "float32")
    for gradient, want in zip(gradients, wanted, strict=True):
        (got,) = session.step([gradient])
        with np.errstate(all="ignore"):
            differences = np.abs(want - got).max(), np.abs((want - got) / want).max()
        if differences[0] > 1e-3 or differences[1] > 1:  # NaN exceeds nothing, as in apex
            return False
    return True


@lru_cache(maxsize=2)
def _apex_run(
    size: int, hyper: tuple[tuple[str, float], ...]
) -> tuple[Array, list[Array], list[Array]]:
    rng = np.random.default_rng(SEED)
    theta0, *gradients = (_FLOAT32(rng.random(size)) for _ in range(8))
    session = RIGHT.implements(Form("adamw")).start([theta0], dict(hyper), "float32")
    return theta0, gradients, [session.step([gradient])[0] for gradient in gradients]


def apex_native(mistake: Mistake) -> bool:
    """``AdamTest.testNative``: 100 steps at learning rate 1e-5, rtol and atol 1e-3.

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
            np.allclose(a, b, rtol=1e-3, atol=1e-3, equal_nan=True)
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


def deepspeed_cpu_adam(mistake: Mistake) -> bool:
    """``TestCPUAdam.test_torch_adamw_equal`` in float32: the norms after ten steps.

    They may differ by 1 % and rtol 1e-7. The candidate has DeepSpeed's default weight decay 0, the
    reference torch's 0.01. The size of 2^20 elements is left out.

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
    return bool(np.allclose(norms[0], norms[1], rtol=1e-7, atol=norms[0] * 1e-2))


def optax_optimization(mistake: Mistake) -> bool:
    """``AliasTest.test_optimization`` for adam, adamw and amsgrad: 10,000 steps at rate 0.1.

    A parabola and Rosenbrock's function; the result must be within 3e-2 of the minimum. Here in
    float64, where the test has float32: rounding is far below the tolerance.

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
    return bool(np.allclose(reached, [*lowest, 1.0, 1.0], rtol=3e-2, atol=3e-2))
