"""The clauses of torch's optimizer contract on copies: in memory, pickled, and in files."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any, Final

import torch

from optimspec.conformance.checks.torch_bench import Clause, NotApplicable, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, step
from optimspec.conformance.observe import describe

_Pair = tuple[list[torch.Tensor], torch.optim.Optimizer]


def _deepcopy(bench: TorchBench) -> str:
    """Copy parameters and optimizer after three steps, and go on with both."""
    return _goes_on(bench, copy.deepcopy, "Copied by copy.deepcopy")


def _pickle(bench: TorchBench) -> str:
    """Pickle parameters and optimizer after three steps, and go on with both."""
    return _goes_on(bench, _pickled, "Pickled")


def _goes_on(bench: TorchBench, copied: Callable[[_Pair], _Pair], how: str) -> str:
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in range(1, 7)]
    running = leaves(start)
    optimizer = bench.build(running)
    if optimizer._optimizer_step_pre_hooks:
        raise NotApplicable("A copy has no hooks, and one makes the gradients sparse that it asks.")
    for row in rows[:3]:
        step(optimizer, running, row)
    twins, twin = copied((running, optimizer))
    for number, row in enumerate(rows[3:], start=4):
        step(optimizer, running, row)
        step(twin, twins, row)
        if found := _parted(twins, running):
            return f"{how} after step 3 with its parameters, it departs at step {number}: {found}."
    return ""


def _parted(twins: list[torch.Tensor], running: list[torch.Tensor]) -> str:
    """The first difference between two lists of parameters, or ""."""
    pairs = zip(twins, running, strict=True)
    return next(filter(None, (first_difference(got, wanted) for got, wanted in pairs)), "")


class _Pickler(pickle.Pickler):
    """Writes one class by reference to itself: code run from a file is found under no name."""

    def __init__(self, file: io.BytesIO, known: type) -> None:
        super().__init__(file)
        self._known = known

    def persistent_id(self, obj: object) -> str | None:
        return "known" if obj is self._known else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: type) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, pid: str) -> type:  # noqa: ARG002 - there is one
        return self._known


def _pickled(pair: _Pair) -> _Pair:
    file, known = io.BytesIO(), type(pair[1])
    _Pickler(file, known).dump(pair)
    file.seek(0)
    made: _Pair = _Unpickler(file, known).load()
    return made


def _saved(bench: TorchBench) -> str:
    """Go on from a state_dict that was in a file, beside one that was not."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in range(1, 7)]
    running = leaves(start)
    optimizer = bench.build(running)
    for row in rows[:3]:
        step(optimizer, running, row)
    state = optimizer.state_dict()
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    try:
        read = torch.load(file, weights_only=True)
    except pickle.UnpicklingError as error:
        said = describe(error)
        return f"torch.load with weights_only=True refuses what its state_dict holds: {said}"
    kept, filed = (_resumed(bench, running, each, rows[3:]) for each in (state, read))
    found = _parted(filed, kept)
    return f"Resumed from a file, it goes elsewhere than without one: {found}." if found else ""


def _resumed(
    bench: TorchBench,
    parameters: list[torch.Tensor],
    state: dict[str, Any],
    rows: list[list[torch.Tensor]],
) -> list[torch.Tensor]:
    """Where a new optimizer takes copies of the parameters from a state_dict."""
    theta = leaves(parameters)
    optimizer = bench.build(theta)
    optimizer.load_state_dict(copy.deepcopy(state))
    for row in rows:
        step(optimizer, theta, row)
    return theta


SAVING_CLAUSES: Final = (
    Clause(
        "contract.deepcopy",
        "A deep copy of an optimizer and its parameters goes on exactly as they do.",
        "https://github.com/kakaobrain/torchlars/pull/5",
        _deepcopy,
    ),
    Clause(
        "contract.pickle",
        "A pickled optimizer with its parameters goes on exactly as they do.",
        "https://github.com/run-ai/runai/issues/28",
        _pickle,
    ),
    Clause(
        "contract.saved-file",
        "A state_dict in a file of torch.save is read with weights_only=True, and is the same.",
        "https://docs.pytorch.org/docs/stable/generated/torch.load.html",
        _saved,
    ),
)
