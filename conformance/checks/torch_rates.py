"""The clauses of torch's optimizer contract on the values that a learning rate may take."""

from __future__ import annotations

from typing import Final

import torch
from torch.optim.lr_scheduler import LambdaLR

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
    learning_rate,
    set_rate,
)
from optimspec.conformance.checks.torch_tensors import (
    first_difference,
    leaves,
    step,
)


def _zero(bench: TorchBench) -> str:
    """Step with a learning rate of zero, and with the smallest, where one gradient is zero."""
    rate = learning_rate(bench.build(leaves(bench.start((3,)))))
    if not _finite(bench, rate):
        raise NotApplicable("Zero gradients alone are too much for it in this format.")
    for small in (0.0, float(torch.finfo(bench.dtype).tiny)):
        if not _finite(bench, rate * 0 + small):
            return f"With a learning rate of {small!r} the parameter became infinite or NaN."
    return ""


def _finite(bench: TorchBench, rate: float | torch.Tensor) -> bool:
    (theta,) = leaves(bench.start((3,)))
    optimizer = bench.build([theta])
    set_rate(optimizer, rate)
    for seed in (1, 2):
        (gradient,) = bench.randn((3,), seed=seed)
        gradient[..., 1] = 0.0
        step(optimizer, [theta], [gradient])
    return bool(theta.isfinite().all())


def _scheduler(bench: TorchBench) -> str:
    """Let LambdaLR halve the learning rate as it is kept."""
    return _halved(bench, learning_rate(bench.build(leaves(bench.start((3,))))))


def _tensor(bench: TorchBench) -> str:
    """Step with a learning rate in a tensor and with the number in it; let LambdaLR halve it."""
    (start,), row = bench.start((3,)), bench.randn((3,), seed=1)
    kept = float(learning_rate(bench.build(leaves([start]))))
    rate = torch.tensor(kept, dtype=torch.float64)  # as exact as the number is
    try:
        (theta,) = bench.run([start], [row], lr=rate)
    except Exception as error:
        raise NotApplicable(f"It refuses a learning rate in a tensor: {error}") from error
    (allowed,) = bench.allowance([start], [row])
    if found := first_difference(theta, bench.run([start], [row], lr=kept)[0], allowed):
        return f"A learning rate in a tensor does not act as the number in it: {found}."
    return _halved(bench, rate)


def _halved(bench: TorchBench, rate: float | torch.Tensor) -> str:
    """Run four epochs at half the rate, with another scheduler from the third on."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in range(1, 5)]
    (theta,) = leaves([start])
    half = rate / 2
    optimizer = bench.build([{"params": [theta], "lr": rate}])
    scheduler = LambdaLR(optimizer, lambda _: 0.5)
    for epoch, row in enumerate(rows, start=1):
        if epoch == 3:
            scheduler = LambdaLR(optimizer, lambda _: 0.5)
        now = float(learning_rate(optimizer))
        if now != float(half):
            return (
                f"LambdaLR with the factor 0.5 makes the learning rate {now!r} in epoch {epoch}; "
                f"it must be {float(half)!r} in every epoch."
            )
        step(optimizer, [theta], row)
        scheduler.step()
    (allowed,) = bench.allowance([start], rows)
    if found := first_difference(theta, bench.run([start], rows, lr=half)[0], allowed):
        return (
            f"A learning rate that LambdaLR set does not act as the same from the start: {found}."
        )
    return ""


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

RATE_CLAUSES: Final = (
    Clause(
        "contract.zero-rate",
        "A learning rate of zero, as a warm-up starts with, gives finite parameters.",
        "https://github.com/pytorch/pytorch/issues/97004",
        _zero,
    ),
    Clause(
        "contract.scheduler",
        "Torch's schedulers set the learning rate.",
        f"{_DOCS}/generated/torch.optim.lr_scheduler.LambdaLR.html",
        _scheduler,
    ),
    Clause(
        "contract.tensor-rate",
        "A learning rate in a tensor acts as the number in it, and torch's schedulers set it.",
        f"{_DOCS}/generated/torch.optim.Adam.html",
        _tensor,
    ),
)
