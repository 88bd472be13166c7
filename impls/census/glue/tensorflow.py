"""Optimizers of TensorFlow and of what is built on it, stepped eagerly on a CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Library

_tf: Any = import_module("tensorflow")

_OMITTED = ("name", "kwargs", "use_locking", "clipnorm", "clipvalue", "global_clipnorm")


def _wide(keras: str) -> Callable[[str], AbstractContextManager[None]]:
    """What gives Keras, whose learning rates have its ``floatx``, that of float64 parameters."""

    @contextmanager
    def within(format: str) -> Iterator[None]:  # noqa: A002
        backend = import_module(keras).backend
        own = backend.floatx()
        backend.set_floatx("float64" if format == "float64" else own)
        try:
            yield
        finally:
            backend.set_floatx(own)

    return within


def _apply_gradients(made: Any, variables: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    row = [None if g is None else _tf.constant(g) for g in gradients]
    made.apply_gradients(zip(row, variables, strict=True))


def _set_rate(made: Any, rate: float) -> None:  # noqa: ANN401
    made.learning_rate = rate


_stepped = partial(
    over_variables,
    hold=_tf.Variable,
    make=lambda made, _, settings: made(**settings),
    value=lambda variable: np.asarray(variable.numpy()),
    omitted=_OMITTED,
)
"""What all of them have in common."""


def _keras_like(module: str, keras: str) -> Library:
    return Library(
        module,
        lambda kind: _stepped(kind, step=_apply_gradients, set_rate=_set_rate, within=_wide(keras)),
    )


tf_keras = _keras_like("tf_keras.optimizers", "tf_keras")
"""Keras 2's optimizers, by their names in ``tf_keras.optimizers``."""

legacy = _keras_like("tf_keras.optimizers.legacy", "tf_keras")
"""Those before TensorFlow 2.11, by their names in ``tf_keras.optimizers.legacy``."""

addons = _keras_like("tensorflow_addons.optimizers", "keras")
"""Those of TensorFlow Addons."""

train = Library(
    "tensorflow.compat.v1.train",
    lambda kind: _stepped(kind, step=_apply_gradients, names={"decay": "rho"}),
)
"""TensorFlow 1's, by their names in ``tf.compat.v1.train``."""


def _apply(made: Any, variables: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    made.apply([None if g is None else _tf.constant(g) for g in gradients], variables)


sonnet = Library(
    "sonnet.optimizers",
    lambda kind: _stepped(kind, step=_apply, set_rate=_set_rate, names={"decay": "rho"}),
)
"""Sonnet's."""
