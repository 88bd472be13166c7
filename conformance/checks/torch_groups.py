"""The clauses of torch's optimizer contract on parameter groups and on saving them."""

from __future__ import annotations

import copy
from typing import Any, Final

import torch

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


def _groups(bench: TorchBench) -> str:
    """Step equal parameters in two groups, of which one has half the learning rate."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2)]
    pair = leaves([start, start])
    rate = learning_rate(bench.build(leaves([start])))
    rates = (rate, rate / 2)
    optimizer = bench.build([{"params": [p], "lr": r} for p, r in zip(pair, rates, strict=True)])
    for row in rows:
        step(optimizer, pair, row * 2)
    if not first_difference(pair[0], pair[1]):
        return f"Groups with lr {float(rates[0])!r} and {float(rates[1])!r} made the same steps."
    (allowed,) = bench.allowance([start], rows)
    for got, own in zip(pair, rates, strict=True):
        expected = bench.run([start], rows, lr=own)[0]
        if found := first_difference(got, expected, allowed):
            return (
                f"A group with lr {float(own)!r} beside another did not step as it does alone: "
                f"{found}."
            )
    return ""


_OTHERS: Final = {"betas": (0.5, 0.75), "eps": 2.0**-4, "weight_decay": 0.25}
"""Settings of a second group: common names, values far from anybody's defaults."""


def _as_long(value: Any, default: Any) -> Any:  # noqa: ANN401 - whatever a group holds
    """A setting as long as its default: some optimizers have a third beta, or two eps."""
    if not isinstance(default, tuple | list):
        return value
    own = value if isinstance(value, tuple) else (value,) * len(default)
    return (*own, *default[len(own) :])


def _settings(bench: TorchBench) -> str:
    """Step equal parameters in two groups that differ in one setting, beside each alone."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2)]
    defaults = bench.build(leaves([start])).param_groups[0]
    names = [n for n in _OTHERS if isinstance(defaults.get(n), float | int | tuple | list)]
    if not names:
        raise NotApplicable("Its parameter groups have none of betas, eps and weight_decay.")
    for name in names:
        setting = {name: _as_long(_OTHERS[name], defaults[name])}
        for first in (True, False):
            own = [{}, setting] if first else [setting, {}]
            pair = leaves([start, start])
            optimizer = bench.build(
                [{"params": [p], **each} for p, each in zip(pair, own, strict=True)]
            )
            for row in rows:
                step(optimizer, pair, row * 2)
            (allowed,) = bench.allowance([start], rows)
            for got, each in zip(pair, own, strict=True):
                expected = bench.run([start], rows, **each)[0]
                if found := first_difference(got, expected, allowed):
                    return f"Groups that differ in {name} do not step as each does alone: {found}."
    return ""


def _rate(bench: TorchBench) -> str:
    """Halve the learning rate before the first step, and before the second."""
    if not bench.rated:
        raise NotApplicable("Its equations take a step size from the learning rate at the start.")
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2)]
    half = learning_rate(bench.build(leaves([start]))) / 2

    def halved_before(number: int) -> torch.Tensor:
        (theta,) = leaves([start])
        optimizer = bench.build([theta])
        for i, row in enumerate(rows, start=1):
            if i == number:
                set_rate(optimizer, half)
            step(optimizer, [theta], row)
        return theta

    never = halved_before(0)
    for number in (1, 2):
        if not first_difference(halved_before(number), never):
            return f"Halving lr in param_groups before step {number} had no effect."
    (allowed,) = bench.allowance([start], rows)
    expected = bench.run([start], rows, lr=half)[0]
    if found := first_difference(halved_before(1), expected, allowed):
        return f"An lr set in param_groups does not act as the same lr from the start: {found}."
    return ""


def _state_dict(bench: TorchBench) -> str:
    """Save after three steps, load into a new optimizer, and go on with both."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in range(1, 7)]
    running = leaves(start)
    optimizer = bench.build(running)
    if "lr" in optimizer.param_groups[0]:
        set_rate(optimizer, learning_rate(optimizer) / 2)
    for row in rows[:3]:
        step(optimizer, running, row)
    resumed = leaves(running)
    again = bench.build(resumed)
    for name in _OTHERS.keys() & again.param_groups[0].keys():
        again.param_groups[0][name] = None
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for number, row in enumerate(rows[3:], start=4):
        step(optimizer, running, row)
        step(again, resumed, row)
        for i, (got, expected) in enumerate(zip(resumed, running, strict=True)):
            if found := first_difference(got, expected):
                return (
                    "Resumed from its state_dict after step 3, parameter "
                    f"{i} departs from the uninterrupted run at step {number}: {found}."
                )
    return ""


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

GROUP_CLAUSES: Final = (
    Clause(
        "contract.parameter-groups",
        "Each parameter group is stepped with its own learning rate.",
        f"{_DOCS}/optim.html#per-parameter-options",
        _groups,
    ),
    Clause(
        "contract.group-settings",
        "Each parameter group is stepped with its own betas, eps and weight decay.",
        f"{_DOCS}/optim.html#per-parameter-options",
        _settings,
    ),
    Clause(
        "contract.learning-rate",
        "A learning rate changed in param_groups acts from the next step on.",
        f"{_DOCS}/optim.html#how-to-adjust-learning-rate",
        _rate,
    ),
    Clause(
        "contract.state-dict",
        "A new optimizer that loads the state_dict goes on exactly as the old one.",
        f"{_DOCS}/generated/torch.optim.Optimizer.load_state_dict.html",
        _state_dict,
    ),
)
