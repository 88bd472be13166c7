"""What PyTorch's fused CUDA Adam loses, measured beside what its emulation loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from optimspec.impls.emulations import TorchCudaFusedAdam
from optimspec.impls.float32 import Tensor
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.step import Step

UNIT: Final = 2.0**-24
"""The relative unit of all errors here."""

SAME: Final = 8.0
"""Units by which two evaluations with the same scalars may be apart: Adam's limit on k."""

LR: Final = 1e-3
BETA1: Final = 0.9
EPS: Final = 1e-8
STEPS: Final = 3
BETAS2: Final = (0.999, 0.9999)
SINCE: Final = (2, 11)
"""The version of PyTorch from which on all is computed in float32."""

Trace = Sequence[tuple[Tensor, Tensor]]
"""The parameter and its second moment after each step."""


class Lost(NamedTuple):
    """Median errors in units, after each step."""

    theta: list[float]
    v: list[float]


def gradients() -> Tensor:
    """The gradients, the same at every step: 1, and 1000 from N(0, 1)."""
    drawn = np.random.default_rng(0).standard_normal(1000)
    return np.concatenate([[1.0], drawn]).astype(np.float32)


def lost(trace: Trace, beta2: float) -> Lost:
    """What a run loses of the closed form for a constant gradient, evaluated in float64.

    With parameters from 0, theta_t = -t lr g / (|g| + eps) and v_t = (1 - beta2^t) g^2.
    """
    g = gradients().astype(np.float64)
    errors = []
    for t, (theta, v) in enumerate(trace, start=1):
        right = -t * LR * g / (np.abs(g) + EPS), -np.expm1(t * np.log(beta2)) * g**2
        errors.append([_median_error(got, its) for got, its in zip((theta, v), right, strict=True)])
    return Lost(*map(list, zip(*errors, strict=True)))


def _median_error(got: Tensor, right: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(got.astype(np.float64) - right) / np.abs(right)) / UNIT)


def emulated(beta2: float) -> Trace:
    """The run of the emulation."""
    g = gradients()
    optimizer = TorchCudaFusedAdam([np.zeros_like(g)], LR, (BETA1, beta2), EPS)
    trace = []
    for _ in range(STEPS):
        optimizer.step([g])
        trace.append((optimizer.parameters[0].copy(), optimizer.v[0].copy()))
    return trace


def stepped(make: Callable[..., Any], beta2: float, device: str) -> Trace:
    """The run of a torch optimizer that ``make`` makes."""
    g = torch.from_numpy(gradients()).to(device)
    theta = torch.zeros_like(g, requires_grad=True)
    optimizer = make([theta], lr=LR, betas=(BETA1, beta2), eps=EPS)
    trace = []
    for _ in range(STEPS):
        theta.grad = g.clone()
        optimizer.step()
        kept = (theta.detach(), optimizer.state[theta]["exp_avg_sq"])
        trace.append(tuple(each.cpu().numpy().copy() for each in kept))
    return trace  # type: ignore[return-value]


def rule(beta2: float) -> Rule:
    """What is predicted for a beta2."""
    return Rule(
        f"defect.{beta2}",
        f"PyTorch's fused CUDA Adam loses with beta2 = {beta2} what its emulation loses.",
        "docs/emulations.md",
    )


def compared(trace: Trace, beta2: float) -> Finding:
    """Whether a run loses what the emulation loses; the measure is the farthest apart of both."""
    expected = emulated(beta2)
    found, predicted = lost(trace, beta2), lost(expected, beta2)
    apart = float(np.abs(np.subtract(found, predicted)).max())
    equal = [
        float(np.mean(np.concatenate(got) == np.concatenate(its)))
        for got, its in zip(trace, expected, strict=True)
    ]
    confirmed = apart <= SAME
    message = (
        f"{'Confirmed' if confirmed else 'Refuted'}: v is off by {_row(found.v)} units after steps "
        f"1, 2 and 3, theta by {_row(found.theta)}; predicted were {_row(predicted.v)} and "
        f"{_row(predicted.theta)}. {min(equal):.1%} of values or more have the emulation's bits."
    )
    figures = {
        f"{name} step {t}": value
        for name, errors in found._asdict().items()
        for t, value in enumerate(errors, start=1)
    }
    made = rule(beta2).measured(confirmed, message, apart, SAME, figures)
    return replace(made, program=PROGRAM.format(beta2=beta2))


def _row(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


PROGRAM: Final = """\
import torch

p = torch.zeros(1, device="cuda", requires_grad=True)
optimizer = torch.optim.Adam([p], lr=1e-3, betas=(0.9, {beta2}), fused=True)
for step in (1, 2, 3):
    p.grad = torch.ones_like(p)
    optimizer.step()
    v, exact = optimizer.state[p]["exp_avg_sq"].item(), 1 - {beta2}**step
    print(step, v, exact, "off by", abs(v / exact - 1) * 2**24, "units of 2^-24")
    print(step, p.item(), -step * 1e-3 / (1 + 1e-8))
"""
"""Shows the errors on one element."""


def _run() -> Iterator[Finding]:
    version = tuple(map(int, torch.__version__.split(".")[:2]))
    for beta2 in BETAS2:
        if version < SINCE:
            yield rule(beta2).not_run(f"not run, torch {torch.__version__} is older than 2.11")
        else:
            yield compared(stepped(_fused, beta2, "cuda"), beta2)


def _fused(params: Sequence[torch.Tensor], **settings: Any) -> torch.optim.Optimizer:  # noqa: ANN401
    return torch.optim.Adam(params, fused=True, **settings)


DEFECT: Final = Step(
    "defect",
    "What PyTorch's fused CUDA Adam loses, beside what its emulation loses.",
    10,
    [rule(beta2) for beta2 in BETAS2],
    _run,
)
