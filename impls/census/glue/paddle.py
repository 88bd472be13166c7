"""Optimizers of PaddlePaddle, stepped eagerly on a CPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Library

_paddle: Any = import_module("paddle")
_paddle.set_device("cpu")


@contextmanager
def _default(format: str) -> Iterator[None]:  # noqa: A002
    """Within it Paddle's learning rates, which have its default format, are no narrower."""
    own = _paddle.get_default_dtype()
    _paddle.set_default_dtype("float64" if format == "float64" else own)
    try:
        yield
    finally:
        _paddle.set_default_dtype(own)


def _step(optimizer: Any, tensors: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for tensor, gradient in zip(tensors, gradients, strict=True):
        tensor.grad = None if gradient is None else _paddle.to_tensor(gradient)
    optimizer.step()


optimizer = Library(
    "paddle.optimizer",
    lambda kind: over_variables(
        kind,
        hold=lambda x: _paddle.to_tensor(x, stop_gradient=False),
        make=lambda made, tensors, settings: made(parameters=tensors, **settings),
        step=_step,
        value=lambda tensor: np.asarray(tensor.numpy()),
        set_rate=lambda made, rate: made.set_lr(rate),
        within=_default,
        omitted=("grad_clip", "name", "lr_ratio", "apply_decay_param_fun"),
        names={"lamb_weight_decay": "weight_decay", "learning_rate_range": "step_sizes"},
    ),
)
"""Each by its name in ``paddle.optimizer``."""
