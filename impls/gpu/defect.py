"""What PyTorch's fused CUDA Adam loses, measured beside what its emulation loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
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

ROUNDINGS: Final = 3
"""Units that v may be off by after one step: 1 - beta2, g^2 and their product are rounded."""

LR: Final = 1e-3
BETA1: Final = 0.9
EPS: Final = 1e-8
STEPS: Final = 3
BETAS2: Final = (0.999, 0.9999)
SINCE: Final = (2, 11)
"""The version of PyTorch from which on all is computed in float32."""

Trace = Sequence[tuple[Tensor, Tensor]]
"""The parameter and its second moment after each step."""


Make = Callable[..., Any]


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
    """The run of the emulation on :func:`gradients`."""
    g = gradients()
    optimizer = TorchCudaFusedAdam([np.zeros_like(g)], LR, (BETA1, beta2), EPS)
    trace = []
    for _ in range(STEPS):
        optimizer.step([g])
        trace.append((optimizer.parameters[0].copy(), optimizer.v[0].copy()))
    return trace


def stepped(make: Make, beta2: float, device: str, gradient: Tensor) -> Trace:
    """The run of a torch optimizer that ``make`` makes, with the same gradient at every step."""
    g = torch.from_numpy(gradient).to(device)
    theta = torch.zeros_like(g, requires_grad=True)
    optimizer = make([theta], lr=LR, betas=(BETA1, beta2), eps=EPS)
    trace = []
    for _ in range(STEPS):
        theta.grad = g.clone()
        optimizer.step()
        kept = (theta.detach(), optimizer.state[theta]["exp_avg_sq"])
        trace.append(tuple(each.cpu().numpy().copy() for each in kept))
    return trace  # type: ignore[return-value]


def rules(beta2: float) -> tuple[Rule, ...]:
    """What is predicted for a beta2: the bits of each tensor, and a counterexample."""
    name, cites = f"PyTorch's fused CUDA Adam with beta2 = {beta2}", "docs/emulations.md"
    bits = f"{name} leaves the bits of its emulation in"
    return (
        Rule(f"defect.{beta2}.v", f"{bits} the second moment.", cites),
        Rule(f"defect.{beta2}.theta", f"{bits} the parameter.", cites),
        Rule(
            f"defect.{beta2}.counterexample",
            f"{name} takes one element from 0 with the gradient 1 to a second moment that is "
            f"farther from 1 - beta2 than {ROUNDINGS} roundings lead.",
            cites,
        ),
    )


def found(make: Make, beta2: float, device: str) -> Iterator[Finding]:
    """All that is said of a torch optimizer that ``make`` makes."""
    *of_bits, of_one = rules(beta2)
    trace, expected = stepped(make, beta2, device, gradients()), emulated(beta2)
    for rule, name in zip(of_bits, ("v", "theta"), strict=True):
        yield compared(rule, name, trace, expected, beta2)
    yield counterexample(of_one, stepped(make, beta2, device, np.ones(1, np.float32)), beta2)


def compared(rule: Rule, name: str, trace: Trace, expected: Trace, beta2: float) -> Finding:
    """Whether a run leaves the emulation's bits; the measure is the part of values that have them.

    What each is off by says how far it is from them.
    """
    at = ("theta", "v").index(name)
    pairs = [(got[at], its[at]) for got, its in zip(trace, expected, strict=True)]
    equal = min(float(np.mean(got.view(np.int32) == its.view(np.int32))) for got, its in pairs)
    losses, predicted = (getattr(lost(each, beta2), name) for each in (trace, expected))
    message = (
        f"{'Confirmed' if equal == 1 else 'Refuted'}: {equal:.1%} of values or more have the "
        f"emulation's bits. {name} is off by {_row(losses)} units of 2^-24 after steps 1, 2 and 3; "
        f"predicted were {_row(predicted)}."
    )
    figures = {f"{name} step {t}": loss for t, loss in enumerate(losses, start=1)}
    return rule.measured(equal == 1, message, equal, 1.0, figures)


def counterexample(rule: Rule, trace: Trace, beta2: float) -> Finding:
    """Whether one element that was stepped with the gradient 1 shows the defect."""
    said, errors = [], []
    for t, (theta, v) in enumerate(trace, start=1):
        exact = 1 - Fraction(beta2) ** t
        errors.append(float(abs(Fraction(float(v[0])) / exact - 1)) / UNIT)
        said.append(
            f"step {t}: v = {float(v[0])!r} (bits {v.view(np.uint32)[0]:#010x}), exactly "
            f"{float(exact)!r}, off by {errors[-1]:.4g} units; theta = {float(theta[0])!r}, "
            f"exactly {-t * LR / (1 + EPS)!r}"
        )
    shown = errors[0] > ROUNDINGS
    figures = {f"v step {t}, units": error for t, error in enumerate(errors, start=1)}
    verdict = "Confirmed" if shown else "Refuted"
    made = rule.measured(shown, f"{verdict}: {'; '.join(said)}.", errors[0], ROUNDINGS, figures)
    return replace(made, program=PROGRAM.format(beta2=beta2) if shown else "")


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
            older = f"torch {torch.__version__} is older than 2.11"
            yield from (rule.not_run(older) for rule in rules(beta2))
        else:
            yield from found(_fused, beta2, "cuda")


def _fused(params: Sequence[torch.Tensor], **settings: Any) -> torch.optim.Optimizer:  # noqa: ANN401
    return torch.optim.Adam(params, fused=True, **settings)


DEFECT: Final = Step(
    "defect",
    "What PyTorch's fused CUDA Adam loses, beside what its emulation loses.",
    10,
    [rule for beta2 in BETAS2 for rule in rules(beta2)],
    _run,
)
