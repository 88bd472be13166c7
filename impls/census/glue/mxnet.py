"""Optimizers of MXNet, stepped by the updater that its trainers use."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Holder, Library

_mxnet: Any = import_module("mxnet")


def _hold(data: Array) -> Holder:
    """Hold an array; MXNet's have a dimension at least."""
    weight = _mxnet.nd.array(data.reshape(data.shape or (1,)), dtype=data.dtype)
    return Holder(weight=weight, shape=data.shape)


def _make(kind: Any, _: list[Any], settings: dict[str, object]) -> Any:  # noqa: ANN401
    return _mxnet.optimizer.get_updater(kind(**settings))


def _step(updater: Any, held: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for index, (one, gradient) in enumerate(zip(held, gradients, strict=True)):
        if gradient is not None:
            given = gradient.reshape(one.weight.shape)
            updater(index, _mxnet.nd.array(given, dtype=given.dtype), one.weight)


optimizer = Library(
    "mxnet.optimizer",
    lambda kind: over_variables(
        kind,
        hold=_hold,
        make=_make,
        step=_step,
        value=lambda one: np.asarray(one.weight.asnumpy()).reshape(one.shape),
        set_rate=lambda updater, rate: updater.optimizer.set_learning_rate(rate),
        omitted=("kwargs",),
        names={"wd": "weight_decay", "gamma1": "rho"},
        more={"learning_rate": 0.01, "wd": 0.0},
    ),
)
"""Each by its name in ``mxnet.optimizer``."""
