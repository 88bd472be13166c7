"""The core of torch's optimizer contract: what every torch.optim.Optimizer must do."""

from __future__ import annotations

from typing import Final

import torch

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
)
from optimspec.conformance.checks.torch_clearing import CLEARING_CLAUSES
from optimspec.conformance.checks.torch_gradients import GRADIENT_CLAUSES
from optimspec.conformance.checks.torch_groups import GROUP_CLAUSES
from optimspec.conformance.checks.torch_layout import LAYOUT_CLAUSES
from optimspec.conformance.checks.torch_members import MEMBER_CLAUSES
from optimspec.conformance.checks.torch_numbers import NUMBER_CLAUSES
from optimspec.conformance.checks.torch_paths import PATH_CLAUSES
from optimspec.conformance.checks.torch_rates import RATE_CLAUSES
from optimspec.conformance.checks.torch_saving import SAVING_CLAUSES
from optimspec.conformance.checks.torch_settings import SETTING_CLAUSES
from optimspec.conformance.checks.torch_state import STATE_CLAUSES
from optimspec.conformance.checks.torch_surroundings import SURROUNDING_CLAUSES
from optimspec.conformance.checks.torch_tensors import (
    first_difference,
    leaves,
    same,
    snapshot,
    step,
)

__all__ = ["CLAUSES", "Clause", "NotApplicable", "TorchBench"]


def _none(bench: TorchBench) -> str:
    """Let one of two parameters sit out the first and third of four steps."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in range(1, 5)]
    both = leaves(start)
    optimizer = bench.build(both)
    for number, (first, second) in enumerate(rows, start=1):
        sits_out = number % 2 == 1
        theta, state = both[1].detach().clone(), snapshot(optimizer, both[1])
        step(optimizer, both, [first, None if sits_out else second])
        if sits_out and (found := first_difference(both[1], theta)):
            return f"A parameter without gradient moved at step {number}: {found}."
        if sits_out and state and not same(state, snapshot(optimizer, both[1])):
            return f"The state of a parameter without gradient changed at step {number}."
    taken = [[rows[1][1]], [rows[3][1]]]
    expected = bench.run(start[1:], taken)[0]
    (allowed,) = bench.allowance(start[1:], taken)
    if found := first_difference(both[1], expected, allowed):
        return (
            "A parameter that had a gradient at steps 2 and 4 is not where these two steps alone "
            f"take it; the steps it sat out were counted: {found}."
        )
    return ""


def _zero(bench: TorchBench) -> str:
    """Give a gradient of zeros at the first step, and after two that were not zero."""
    (start,) = bench.start((3,))
    zero = torch.zeros_like(start)
    (theta,) = leaves([start])
    step(bench.build([theta]), [theta], [zero])
    if not theta.isfinite().all():
        return f"A first gradient of zeros gave the parameter {theta.tolist()}."
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    for seed in (1, 2):  # after one, an average of all points is the point itself
        step(optimizer, [theta], bench.randn((3,), seed=seed))
    before, state = theta.detach().clone(), snapshot(optimizer, theta)
    if not state:
        raise NotApplicable("It keeps no state, so that a step with a gradient of zeros is none.")
    step(optimizer, [theta], [zero])
    if not theta.isfinite().all():
        return f"A gradient of zeros after another gave the parameter {theta.tolist()}."
    if (
        not bench.rests
        and same(state, snapshot(optimizer, theta))
        and not first_difference(theta, before)
    ):
        return "A gradient of zeros was skipped like None: neither parameter nor state changed."
    return ""


def _closure(bench: TorchBench) -> str:
    """Count the calls of a closure that sets the gradient, and look at what comes back."""
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    theta.grad = -gradient
    enabled: list[bool] = []
    loss = torch.tensor(0.5, dtype=bench.dtype)

    def closure() -> torch.Tensor:
        enabled.append(torch.is_grad_enabled())
        theta.grad = gradient.clone()
        return loss

    returned: object = optimizer.step(closure)  # type: ignore[arg-type]
    if enabled != [True]:
        how = "" if all(enabled) else ", with gradients disabled"
        return f"The closure was called {len(enabled)} times{how}; it must be called once."
    if not same(returned, loss):
        return f"step returned {returned!r} instead of the closure's loss {loss!r}."
    (allowed,) = bench.allowance([start], [[gradient]])
    if found := first_difference(theta, bench.run([start], [[gradient]])[0], allowed):
        return f"The step did not use the gradient that the closure set: {found}."
    return ""


def _returns_none(bench: TorchBench) -> str:
    """Step without a closure."""
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    theta.grad = gradient
    returned: object = optimizer.step()
    return "" if returned is None else f"step without a closure returned {returned!r}."


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

CLAUSES: Final[tuple[Clause, ...]] = (
    Clause(
        "contract.grad-none",
        "A parameter whose gradient is None stays as it is, with its state and step count.",
        f"{_DOCS}/generated/torch.optim.Optimizer.zero_grad.html",
        _none,
    ),
    Clause(
        "contract.zero-gradient",
        "A gradient of zeros is a gradient: the step is made, and nothing becomes NaN.",
        f"{_DOCS}/generated/torch.optim.Optimizer.zero_grad.html",
        _zero,
    ),
    *GROUP_CLAUSES,
    *MEMBER_CLAUSES,
    *SETTING_CLAUSES,
    *RATE_CLAUSES,
    *GRADIENT_CLAUSES,
    *CLEARING_CLAUSES,
    *NUMBER_CLAUSES,
    *STATE_CLAUSES,
    *SAVING_CLAUSES,
    *LAYOUT_CLAUSES,
    *PATH_CLAUSES,
    *SURROUNDING_CLAUSES,
    Clause(
        "contract.closure",
        "step calls a closure once, with gradients enabled, and returns its loss.",
        f"{_DOCS}/generated/torch.optim.Optimizer.step.html",
        _closure,
    ),
    Clause(
        "contract.returns-none",
        "step without a closure returns None.",
        f"{_DOCS}/generated/torch.optim.Optimizer.step.html",
        _returns_none,
    ),
)
"""Every clause; each can be tried on its own."""
