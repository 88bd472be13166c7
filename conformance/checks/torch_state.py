"""The clauses of torch's optimizer contract on the state of each parameter."""

from __future__ import annotations

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

_ATTENDANCE: Final = ((1, 0, 1, 1), (0, 1, 1, 0), (1, 1, 0, 0), (0, 1, 1, 1))
"""Which of four parameters have a gradient, step by step: no two have the same history."""


def _histories(bench: TorchBench) -> str:
    """Step four parameters, each at other steps, and compare each with its own steps alone."""
    require_none(bench)
    shapes = ((3,),) * 4
    start, together = bench.start(*shapes), leaves(bench.start(*shapes))
    optimizer = bench.build(together)
    rows = [bench.randn(*shapes, seed=seed) for seed in range(1, len(_ATTENDANCE) + 1)]
    for present, row in zip(_ATTENDANCE, rows, strict=True):
        step(
            optimizer, together, [g if here else None for g, here in zip(row, present, strict=True)]
        )
    for i, got in enumerate(together):
        own = [[row[i]] for row, present in zip(rows, _ATTENDANCE, strict=True) if present[i]]
        (allowed,) = bench.allowance(start[i : i + 1], own)
        if found := first_difference(got, bench.run(start[i : i + 1], own)[0], allowed):
            steps = [at for at, present in enumerate(_ATTENDANCE, start=1) if present[i]]
            return (
                f"Of four parameters with gradients at different steps, parameter {i}, which had "
                f"one at steps {steps}, is not where these alone take it: {found}."
            )
    return ""


def _equal(bench: TorchBench) -> str:
    """Step three equal parameters, two of them in one group, with equal gradients."""
    (start,) = bench.start((5,))
    equal = leaves([start] * 3)
    optimizer = bench.build([{"params": equal[:2]}, {"params": equal[2:]}])
    for number in range(1, 21):
        step(optimizer, equal, bench.randn((5,), seed=number) * 3)
        for i in (1, 2):
            if found := first_difference(equal[i], equal[0]):
                return (
                    f"Parameters 0 and {i}, of equal values and gradients, part at step {number}: "
                    f"{found}."
                )
    return ""


_FULL: Final = ((torch.bfloat16, 2**8), (torch.float16, 2**11))
"""Counts at which an 8-bit and an 11-bit significand have no next integer."""


def _counter(bench: TorchBench) -> str:
    """Set the counter of each parameter to where narrow formats cannot count on, and step."""
    seen = False
    for dtype, steps in _FULL:
        for own in (bench.dtype, dtype):
            counter = _count_on(bench, own, steps)
            seen |= counter is not None
            if counter == steps:
                return (
                    f"The step counter of a parameter in {str(own).partition('.')[2]} stays "
                    f"{steps} when a step is made."
                )
    if not seen:
        raise NotApplicable("It keeps no step counter under the name 'step'.")
    return ""


def _count_on(bench: TorchBench, dtype: torch.dtype, steps: int) -> float | None:
    """The counter after ``steps`` and one more, or None where there is none."""
    shape = (1, 3) if bench.matrices else (3,)
    theta = torch.ones(shape, dtype=dtype, device=bench.device, requires_grad=True)
    try:
        optimizer = bench.build([theta])
        step(optimizer, [theta], [torch.ones_like(theta)])
    except (RuntimeError, TypeError, ValueError):  # not every optimizer takes every dtype
        return None
    if "step" not in optimizer.state.get(theta, {}):
        return None
    _set_count(optimizer, steps)
    step(optimizer, [theta], [torch.ones_like(theta)])
    return float(optimizer.state[theta]["step"])


def _set_count(optimizer: torch.optim.Optimizer, steps: int) -> None:
    """Load the state_dict with another count of the only parameter's steps."""
    saved = optimizer.state_dict()
    if "step" not in saved["state"].get(0, {}):
        raise NotApplicable("Its state_dict has no step counter, which contract.state-dict says.")
    old = saved["state"][0]["step"]
    count = torch.full_like(old, steps) if isinstance(old, torch.Tensor) else steps
    saved["state"][0] = {**saved["state"][0], "step": count}
    optimizer.load_state_dict(saved)


_LAST: Final = 2**24
"""The first count at which float32 has no next integer."""


def _late(bench: TorchBench) -> str:
    """Set the counter to where float32 cannot count on, and far beyond, and make three steps."""
    (start,), rows = bench.start((3,)), [bench.randn((3,), seed=seed) for seed in range(1, 5)]
    reached, ends = [], []
    for count in (_LAST, 2 * _LAST):
        (theta,) = leaves([start])
        optimizer = bench.build([theta])
        step(optimizer, [theta], rows[0])
        if "step" not in optimizer.state.get(theta, {}):
            raise NotApplicable("It keeps no step counter under the name 'step'.")
        _set_count(optimizer, count)
        for row in rows[1:]:
            step(optimizer, [theta], row)
        reached.append(float(optimizer.state[theta]["step"]))
        ends.append(theta)
    if reached[0] != _LAST:
        return ""
    (allowed,) = bench.allowance([start], rows)
    if found := first_difference(ends[0], ends[1], allowed):
        return (
            f"A step counter stays {_LAST} when steps are made, and how many were made matters: "
            f"from twice as many, the same steps lead elsewhere: {found}."
        )
    return ""


STATE_CLAUSES: Final = (
    Clause(
        "contract.unequal-histories",
        "Each parameter's steps are those at which it had a gradient, whatever others had.",
        "https://github.com/deepspeedai/DeepSpeed/pull/8471",
        _histories,
    ),
    Clause(
        "contract.equal-parameters",
        "Parameters of equal values and gradients stay equal, bit by bit.",
        "https://github.com/deepspeedai/DeepSpeed/issues/7819",
        _equal,
    ),
    Clause(
        "contract.step-counter",
        "A step counter goes on counting where a narrow format has no next integer.",
        "https://github.com/pytorch/ao/pull/4915",
        _counter,
    ),
    Clause(
        "contract.late-counter",
        "A step counter that float32 cannot count on with makes no difference.",
        "https://github.com/pytorch/pytorch/pull/173901",
        _late,
    ),
)
