"""The clauses of torch's optimizer contract on which parameters and settings a group has."""

from __future__ import annotations

import copy
import warnings
from typing import Any, Final

import torch

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
)
from optimspec.conformance.checks.torch_tensors import (
    first_difference,
    leaves,
    step,
)

_CHOSEN: Final = {"alpha": 2.0**-4, "beta1": 0.5, "beta2": 0.75, "epsilon": 2.0**-5}
"""Settings for a constructor, far from anybody's defaults."""


def _defaults(bench: TorchBench) -> str:
    """Build with settings, and let a group set one of them to the same value again."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2)]
    chosen = {name: value for name, value in _CHOSEN.items() if _takes(bench, name, value)}
    if not chosen:
        raise NotApplicable("Its constructor takes no setting of a known name.")
    expected = _stepped(bench, start, rows, {}, chosen)
    settings = bench.build(leaves([start]), chosen).param_groups[0]
    for name in ("lr", "betas", "eps", "weight_decay"):
        if name not in settings:
            continue
        got = _stepped(bench, start, rows, {name: settings[name]}, chosen)
        if found := first_difference(got, expected):
            return (
                f"A group that sets {name} alone, to what the constructor was given, does not "
                f"have the constructor's other settings: {found}."
            )
    return ""


def _takes(bench: TorchBench, name: str, value: float) -> bool:
    try:
        bench.build(leaves(bench.start((3,))), {name: value})
    except ValueError:
        return False
    return True


def _stepped(
    bench: TorchBench,
    start: torch.Tensor,
    rows: list[list[torch.Tensor]],
    own: dict[str, object],
    chosen: dict[str, float],
) -> torch.Tensor:
    (theta,) = leaves([start])
    optimizer = bench.build([{"params": [theta], **own}], chosen)
    for row in rows:
        step(optimizer, [theta], row)
    return theta


def _duplicates(bench: TorchBench) -> str:
    """List a parameter twice in one group, and in two."""
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    once, (allowed,) = bench.run([start], [[gradient]]), bench.allowance([start], [[gradient]])
    for where, times in (("in one group", (2,)), ("in two groups", (1, 1))):
        (theta,) = leaves([start])
        groups: list[dict[str, Any]] = [{"params": [theta] * n} for n in times]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                optimizer = bench.build(groups)
            except ValueError:
                continue
        theta.grad = gradient.clone()
        optimizer.step()
        found = first_difference(theta, once[0], allowed)
        if found and not any("duplicate" in str(warning.message) for warning in said):
            return f"A parameter listed twice {where} is stepped twice, without a word: {found}."
    return ""


def _added(bench: TorchBench) -> str:
    """Add a group after two steps; each parameter must go as it does alone."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in range(1, 5)]
    both = leaves(start)
    optimizer = bench.build(both[:1])
    for number, row in enumerate(rows, start=1):
        if number == 3:
            optimizer.add_param_group({"params": both[1:]})
        step(optimizer, both, row)
    histories = ([row[:1] for row in rows], [row[1:] for row in rows[2:]])
    for i, history in enumerate(histories):
        (allowed,) = bench.allowance(start[i : i + 1], history)
        expected = bench.run(start[i : i + 1], history)[0]
        if found := first_difference(both[i], expected, allowed):
            which = "the one that was there" if i == 0 else "the one that was added"
            return f"After add_param_group, {which} is not where it goes alone: {found}."
    return ""


def _empty(bench: TorchBench) -> str:
    """Step, save and resume beside a group that has no parameters."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in range(1, 5)]
    (running,) = leaves([start])
    optimizer = bench.build(_beside_nothing(running))
    for row in rows[:2]:
        step(optimizer, [running], row)
    (resumed,) = leaves([running])
    again = bench.build(_beside_nothing(resumed))
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for row in rows[2:]:
        step(optimizer, [running], row)
        step(again, [resumed], row)
    if found := first_difference(resumed, running):
        return f"Resumed beside a group without parameters, the run goes elsewhere: {found}."
    (allowed,) = bench.allowance([start], rows)
    if found := first_difference(running, bench.run([start], rows)[0], allowed):
        return f"A group without parameters changes the steps of another: {found}."
    return ""


def _beside_nothing(theta: torch.Tensor) -> list[dict[str, Any]]:
    return [{"params": [theta]}, {"params": []}]


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

MEMBER_CLAUSES: Final = (
    Clause(
        "contract.group-defaults",
        "What a parameter group does not set, it has from the constructor.",
        f"{_DOCS}/optim.html#per-parameter-options",
        _defaults,
    ),
    Clause(
        "contract.duplicates",
        "A parameter listed twice is refused, warned of, or stepped once.",
        "https://github.com/pytorch/pytorch/issues/40967",
        _duplicates,
    ),
    Clause(
        "contract.added-group",
        "A group added during a run starts afresh, and leaves the others as they are.",
        f"{_DOCS}/generated/torch.optim.Optimizer.add_param_group.html",
        _added,
    ),
    Clause(
        "contract.empty-group",
        "A parameter group may be empty.",
        "https://github.com/NVIDIA/TransformerEngine/issues/1986",
        _empty,
    ),
)
