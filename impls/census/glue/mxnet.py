"""Optimizers of MXNet, stepped by the updater that its trainers use."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Holder, Library, in_a_row

_mxnet: Any = import_module("mxnet")


def _hold(data: Array) -> Holder:
    """Hold an array; MXNet's have a dimension and an element at least."""
    if not data.size:
        return Holder(weight=None, data=data)
    return Holder(weight=_mxnet.nd.array(in_a_row(data), dtype=data.dtype), data=data)


def _value(held: Holder) -> Array:
    after = held.data if held.weight is None else held.weight.asnumpy()
    return np.asarray(after).reshape(held.data.shape)


def _make(kind: Any, _: list[Any], settings: dict[str, object]) -> Any:  # noqa: ANN401
    return _mxnet.optimizer.get_updater(kind(**settings))


def _step(updater: Any, held: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for index, (one, gradient) in enumerate(zip(held, gradients, strict=True)):
        if gradient is not None and one.weight is not None:
            given = _mxnet.nd.array(in_a_row(gradient), dtype=gradient.dtype)
            updater(index, given, one.weight)


optimizer = Library(
    "mxnet.optimizer",
    lambda kind: over_variables(
        kind,
        hold=_hold,
        make=_make,
        step=_step,
        value=_value,
        set_rate=lambda updater, rate: updater.optimizer.set_learning_rate(rate),
        omitted=("kwargs",),
        names={"wd": "weight_decay", "gamma1": "rho"},
        more={"learning_rate": 0.01, "wd": 0.0},
    ),
)
"""Each by its name in ``mxnet.optimizer``."""
