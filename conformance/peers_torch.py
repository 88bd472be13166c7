"""PyTorch's tests of its optimizers, re-enacted.

Their settings, shapes, steps and tolerances; NumPy's random numbers in the place of torch's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from optimspec.conformance.peers_mistakes import RIGHT, Form, Mistake
from optimspec.conformance.protocol import Array
from optimspec.conformance.specimen import SpecimenSession
from optimspec.reference import FORMATS

SEED: Final = 1

TOLERANCES: Final[Mapping[str, tuple[float, float]]] = {
    "float64": (1e-7, 1e-7),
    "float32": (1.3e-6, 1e-5),
    "bfloat16": (5e-3, 5e-3),
}
"""Relative and absolute, as ``assertEqual`` and the tests' overrides have them."""

_OPTIONS: Final[tuple[tuple[Mapping[str, float], tuple[str, ...]], ...]] = (
    ({}, ()),
    ({"alpha": 0.01}, ()),
    ({"lambda": 0.1}, ()),
    ({"lambda": 0.1}, ("maximize",)),
    ({"lambda": 0.1}, ("amsgrad",)),
)

CONFIGURATIONS: Final = tuple(
    (Form(algorithm, decay + options), {"lambda": default} | dict(settings))
    for algorithm, decay, default in (("adam", ("l2-weight-decay",), 0.0), ("adamw", (), 0.01))
    for settings, options in _OPTIONS
)
"""What ``optim_inputs_func_adam`` gives on a CPU, for Adam and for AdamW."""


def fused_matches_forloop(mistake: Mistake, *, format: str) -> bool:  # noqa: A002
    """``TestOptimRenewed.test_fused_matches_forloop``.

    Seven steps of two linear layers, with no gradients at the third and the last layer frozen at
    the fourth and fifth. Parameters and state are compared after each, then the candidate's are
    overwritten with the reference's. The scalar parameter that is stepped and never compared is
    left out.

    Sources: https://github.com/pytorch/pytorch/blob/main/test/test_optim.py and
    https://github.com/pytorch/pytorch/blob/main/torch/testing/_internal/common_optimizers.py
    """
    return all(_matches(mistake, form, hyper, format) for form, hyper in CONFIGURATIONS)


def _matches(
    mistake: Mistake,
    form: Form,
    hyper: Mapping[str, float],
    format: str,  # noqa: A002
) -> bool:
    rng = np.random.default_rng(SEED)
    into = FORMATS[format].round
    weights = [_linear(rng, shape, 2) for shape in ((3, 2), (3,))]
    weights += [_linear(rng, shape, 3) for shape in ((1, 3), (1,))]
    theta = [into(x) for x in weights]
    reference = RIGHT.implements(form).start(theta, hyper, format)
    candidate = mistake.implements(form).start(theta, hyper, format)
    for iteration in range(7):
        gradients: list[Array | None] = [into(g) for g in _two_layers(theta)]
        if iteration == 2:
            gradients = [None] * 4
        elif iteration in (3, 4):
            gradients[2:] = [None, None]
        theta = reference.step(gradients)
        got = candidate.step(gradients)
        if not _equal(_kept(candidate, got), _kept(reference, theta), TOLERANCES[format]):
            return False
        candidate.load(_kept(reference, theta))
    return True


def _linear(rng: np.random.Generator, shape: tuple[int, ...], inputs: int) -> Array:
    """Start values as a linear layer of so many inputs has them."""
    return np.asarray(rng.uniform(-1.0, 1.0, shape) / np.sqrt(inputs))


def _two_layers(theta: Sequence[Array]) -> list[Array]:
    """The gradients of the sum of sigmoid(W2 sigmoid(W1 x + b1) + b2)."""
    w1, b1, w2, b2 = theta
    x = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    hidden = _sigmoid(x @ w1.T + b1)
    out = _sigmoid(hidden @ w2.T + b2)
    into_out = out * (1 - out)
    into_hidden = into_out @ w2 * hidden * (1 - hidden)
    return [
        into_hidden.T @ x,
        into_hidden.sum(axis=0),
        into_out.T @ hidden,
        into_out.sum(axis=0),
    ]


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _kept(session: SpecimenSession, theta: Sequence[Array]) -> list[dict[str, Array]]:
    return [{**state, "theta": x} for state, x in zip(session.state(), theta, strict=True)]


def _equal(
    got: Sequence[Mapping[str, Array]],
    wanted: Sequence[Mapping[str, Array]],
    tolerances: tuple[float, float],
) -> bool:
    rtol, atol = tolerances
    return all(
        np.allclose(one[name], other[name], rtol=rtol, atol=atol, equal_nan=True)
        for one, other in zip(got, wanted, strict=True)
        for name in other
    )


def goes_right_direction(mistake: Mistake) -> bool:
    """``TestOptimRenewed.test_forloop_goes_right_direction``, without schedulers, contiguous.

    Twenty steps in float32; the loss |W x + b|^2 must then be lower than at the start, higher with
    ``maximize``. It is what shows that the loop is right, to which the fused kernels are compared.

    Source: https://github.com/pytorch/pytorch/blob/main/test/test_optim.py
    """
    rng = np.random.default_rng(SEED)
    return all(_improves(mistake, form, hyper, rng) for form, hyper in CONFIGURATIONS)


def _improves(
    mistake: Mistake, form: Form, hyper: Mapping[str, float], rng: np.random.Generator
) -> bool:
    into = FORMATS["float32"].round
    weight, bias, x = (into(rng.standard_normal(n)) for n in ((10, 5), 10, 5))
    session = mistake.implements(form).start([weight, bias], hyper, "float32")
    initial = np.sum((weight @ x + bias) ** 2)
    for _ in range(20):
        slope = 2 * (weight @ x + bias)
        weight, bias = session.step([into(np.outer(slope, x)), into(slope)])
    loss = np.sum((weight @ x + bias) ** 2)
    return bool(loss > initial if "maximize" in form.options else loss < initial)
