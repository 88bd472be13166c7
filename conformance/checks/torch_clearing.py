"""The clauses of torch's optimizer contract on how gradients are gathered, cleared and let go."""

from __future__ import annotations

import gc
import weakref
from typing import Final

import numpy as np
import torch

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
    require_none,
)
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, step


def _zero_grad(bench: TorchBench) -> str:
    """Clear gradients in both ways, after a step."""
    row = bench.randn((3,), (2, 2), seed=1)
    for to_none in (True, False):
        theta = leaves(bench.start((3,), (2, 2)))
        optimizer = bench.build(theta)
        step(optimizer, theta, row)
        if any(p.grad is None for p in theta):
            raise NotApplicable("It sets gradients to None, which contract.gradients-kept says.")
        optimizer.zero_grad(set_to_none=to_none)
        for i, parameter in enumerate(theta):
            left = parameter.grad
            if to_none and left is not None:
                return f"zero_grad(set_to_none=True) leaves parameter {i} a gradient."
            if not to_none and (left is None or bool(left.count_nonzero())):
                found = "None" if left is None else left.tolist()
                return f"zero_grad(set_to_none=False) makes the gradient of parameter {i} {found}."
    return ""


def _accumulation(bench: TorchBench) -> str:
    """Let two backward passes add up before each of two steps."""
    (start,) = bench.start((3,))
    halves = [bench.randn((3,), (3,), seed=seed) for seed in (1, 2)]
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    for pair in halves:
        for weight in pair:
            (weight * theta).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
    sums = [[first + second] for first, second in halves]
    (allowed,) = bench.allowance([start], sums)
    if found := first_difference(theta, bench.run([start], sums)[0], allowed):
        return f"After two backward passes, step does not follow the sum of gradients: {found}."
    return ""


def _released(bench: TorchBench) -> str:
    """Step with a gradient in memory of NumPy, freed with the last tensor that holds it."""
    if bench.device.type != "cpu":
        raise NotApplicable(f"Who holds memory of {bench.device} cannot be seen.")
    (theta,), (gradient,) = leaves(bench.start((3,))), bench.randn((3,), seed=1)
    optimizer = bench.build([theta])
    memory = np.zeros(gradient.nbytes, np.uint8)
    inside = torch.frombuffer(memory, dtype=bench.dtype).view_as(gradient)
    theta.grad = inside.copy_(gradient)
    place, held = memory.ctypes.data, weakref.ref(memory)
    optimizer.step()
    theta.grad = None
    del memory, inside
    if held() is not None:
        gc.collect()
    if held() is None:
        return ""
    kept = optimizer.state.get(theta, {}).items()
    sharing = [n for n, x in kept if isinstance(x, torch.Tensor) and x.data_ptr() == place]
    by = f" by the state {sharing}" if sharing else ""
    return f"The memory of a gradient that was set to None after a step is still held{by}."


def _thawed(bench: TorchBench) -> str:
    """Build with a frozen parameter, and thaw it after the first of three steps."""
    require_none(bench)
    rows = [bench.randn((3,), (3,), seed=seed) for seed in range(1, 4)]
    both = leaves(bench.start((3,), (3,)))
    both[1].requires_grad_(False)
    optimizer = bench.build(both)
    step(optimizer, both, [rows[0][0], None])
    start = [both[1].detach().clone()]  # where it is: that it stays is for contract.frozen to say
    both[1].requires_grad_(True)
    for row in rows[1:]:
        step(optimizer, both, row)
    own = [row[1:] for row in rows[1:]]
    (allowed,) = bench.allowance(start, own)
    if found := first_difference(both[1], bench.run(start, own)[0], allowed):
        return (
            "A parameter that was frozen for the first of three steps is not where the other two "
            f"take it: {found}."
        )
    return ""


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

CLEARING_CLAUSES: Final = (
    Clause(
        "contract.zero-grad",
        "zero_grad sets gradients to None, or to zeros where it is asked to.",
        f"{_DOCS}/generated/torch.optim.Optimizer.zero_grad.html",
        _zero_grad,
    ),
    Clause(
        "contract.accumulation",
        "Gradients of several backward passes add up before a step.",
        f"{_DOCS}/notes/amp_examples.html#gradient-accumulation",
        _accumulation,
    ),
    Clause(
        "contract.gradient-released",
        "No step keeps the gradient: set to None, its memory is free.",
        "https://github.com/pytorch/pytorch/pull/42754",
        _released,
    ),
    Clause(
        "contract.thawed",
        "A parameter that was frozen at first is stepped as a new one once it is thawed.",
        "https://github.com/skorch-dev/skorch/issues/261",
        _thawed,
    ),
)
