"""The clauses of torch's optimizer contract on gradients: whose they are, and what they may be."""

from __future__ import annotations

from functools import partial
from typing import Final

import torch

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
    require_none,
)
from optimspec.conformance.checks.torch_tensors import (
    first_difference,
    leaves,
    step,
)


def _decaying(bench: TorchBench, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    """The optimizer with weight decay, if it has any to set."""
    try:
        return bench.build(parameters, {"lambda": 0.5})
    except ValueError:
        return bench.build(parameters)


def _kept(bench: TorchBench) -> str:
    """Look at the gradients after two steps, without weight decay and with it if there is any."""
    for build in (bench.build, partial(_decaying, bench)):
        parameters = leaves(bench.randn((3,), (2, 2)))
        optimizer = build(parameters)
        for seed in (1, 2):
            given = bench.randn((3,), (2, 2), seed=seed)
            step(optimizer, parameters, given)
            for i, (parameter, gradient) in enumerate(zip(parameters, given, strict=True)):
                if parameter.grad is None:
                    return f"step set the gradient of parameter {i} to None."
                if found := first_difference(parameter.grad, gradient):
                    return f"step changed the gradient of parameter {i}: {found}."
    return ""


def _reused(bench: TorchBench) -> str:
    """Write every gradient into the memory of the first, as zero_grad without None does."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in range(1, 5)]
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    theta.grad = torch.zeros_like(theta)
    for (gradient,) in rows:
        theta.grad.copy_(gradient)
        optimizer.step()
        if theta.grad is None:
            raise NotApplicable("It sets gradients to None, which contract.gradients-kept says.")
    (allowed,) = bench.allowance([start], rows)
    if found := first_difference(theta, bench.run([start], rows)[0], allowed):
        return (
            "Gradients written into the memory of the first lead elsewhere than new tensors do; "
            f"an old gradient is still in use: {found}."
        )
    return ""


def _frozen(bench: TorchBench) -> str:
    """Step with weight decay, if there is any, beside a parameter that has no gradient."""
    require_none(bench)
    parameters = leaves(bench.randn((3,), (2, 2)))
    frozen = parameters[1].requires_grad_(False)
    before = frozen.clone()
    optimizer = _decaying(bench, parameters)
    for number in (1, 2):
        step(optimizer, parameters, [bench.randn((3,), seed=number)[0], None])
        if found := first_difference(frozen, before):
            return f"A parameter that requires no gradient moved at step {number}: {found}."
    return ""


def _scaler(bench: TorchBench) -> str:
    """Give a GradScaler a finite gradient and then an infinite one, unscaled before or not."""
    if bench.dtype is torch.float16:
        raise NotApplicable("torch.amp.GradScaler does not unscale float16 gradients.")
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    expected, (allowed,) = bench.run([start], [[gradient]]), bench.allowance([start], [[gradient]])
    for unscales in (False, True):
        (theta,) = leaves([start])
        optimizer = bench.build([theta])
        scaler = torch.amp.GradScaler(bench.device.type, init_scale=_SCALE)
        # before it has scaled a loss, it has no scale
        scaler.scale(torch.ones((), device=bench.device))
        for given in (gradient, torch.full_like(gradient, torch.inf)):
            theta.grad = _SCALE * given
            if unscales:
                scaler.unscale_(optimizer)
            scaler.step(optimizer)
            scaler.update()
        if found := first_difference(theta, expected[0], allowed):
            how = "after unscale_" if unscales else "without unscale_"
            return (
                f"Under a GradScaler, {how}, a finite gradient and an infinite one lead elsewhere "
                f"than the finite one alone: {found}."
            )
    return ""


_SCALE: Final = 4.0
"""A power of two, so that scaling rounds nothing."""

_DOCS: Final = "https://docs.pytorch.org/docs/stable"

GRADIENT_CLAUSES: Final = (
    Clause(
        "contract.gradients-kept",
        "step leaves gradients as they are.",
        "https://github.com/pytorch/pytorch/issues/69189",
        _kept,
    ),
    Clause(
        "contract.gradients-reused",
        "A gradient's memory may be written to again after step.",
        f"{_DOCS}/generated/torch.optim.Optimizer.zero_grad.html",
        _reused,
    ),
    Clause(
        "contract.frozen",
        "Parameters that require no gradient stay as they are, and do not decay.",
        "https://github.com/pytorch/pytorch/issues/150610",
        _frozen,
    ),
    Clause(
        "contract.grad-scaler",
        "Under torch.amp.GradScaler, a step with an infinite gradient is skipped.",
        f"{_DOCS}/notes/amp_examples.html",
        _scaler,
    ),
)
