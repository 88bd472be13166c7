"""The updates of PyMC's variational inference, run as the graphs that they are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Holder, Library

_pytensor: Any = import_module("pytensor")


def _within(format: str) -> AbstractContextManager[object]:  # noqa: A002
    """What makes PyTensor's constants no wider or narrower than the parameters."""
    found: AbstractContextManager[object] = _pytensor.config.change_flags(floatX=format)
    return found


def _make(update: Any, shared: list[Any], settings: dict[str, object]) -> Holder:  # noqa: ANN401
    gradients = [_pytensor.shared(np.zeros_like(one.get_value())) for one in shared]
    updates = update(gradients, shared, **settings)
    mode = _pytensor.compile.mode.Mode(linker="py", optimizer=None)
    return Holder(gradients=gradients, run=_pytensor.function([], [], updates=updates, mode=mode))


def _step(made: Any, _: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for shared, gradient in zip(made.gradients, gradients, strict=True):
        shared.set_value(gradient)
    made.run()


updates = Library(
    "pymc.variational.updates",
    lambda update: over_variables(
        update,
        hold=_pytensor.shared,
        make=_make,
        step=_step,
        value=lambda shared: np.asarray(shared.get_value()),
        within=_within,
        omitted=("loss_or_grads", "params"),
    ),
)
"""Each by its name in ``pymc``."""
