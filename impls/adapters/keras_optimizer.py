"""Targets of Keras 3 optimizers, on the backend that Keras was imported with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Array, Experiment
from optimspec.impls.adapters import snippets
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.keras_session import KerasSession, flushed
from optimspec.impls.adapters.optimizer_class import adapted
from optimspec.impls.adapters.optional import is_loaded, required

required("keras")

_WIDE_JAX: Final = ("import jax", "jax.config.update('jax_enable_x64', True)")


def adapt(obj: Any, args: Mapping[str, object], name: str) -> Adapted | None:  # noqa: ANN401
    """Make a target of a subclass of ``keras.optimizers.Optimizer``.

    Parameters
    ----------
    obj
        The class, or a ``functools.partial`` of it.
    args
        Keywords for the constructor, given always.
    name
        What the user called it, such as ``keras.optimizers:Adam``.

    Raises
    ------
    NotATarget
        If the constructor doesn't take ``args``, or needs more.
    """
    if not is_loaded("keras"):
        return None
    import keras

    inner = unwrap(obj)
    if not (isinstance(inner, type) and issubclass(inner, keras.optimizers.Optimizer)):
        return None
    return adapted(
        obj,
        args,
        name,
        session=KerasSession,
        flushed=flushed(),
        write=partial(_write, keras.backend.backend()),
    )


def _write(
    backend: str, name: str, call: Call, where: Mapping[str, Place], experiment: Experiment
) -> str:
    imports, expression, whole = snippets.import_of(name, call.function)
    keywords = snippets.arguments(call.written(experiment.hyper, whole=whole)).lstrip(", ")
    is_wide = experiment.format == "float64"

    def array(values: Array) -> str:
        text = f"np.array({values.tolist()!r})"
        return text if values.size else f"{text}.reshape({values.shape!r})"

    def change(new: Mapping[str, float]) -> list[str]:
        return [snippets.assignment("optimizer", where[n], value) for n, value in new.items()]

    return snippets.program(
        [
            "import os",
            f"os.environ['KERAS_BACKEND'] = {backend!r}",
            *(_WIDE_JAX if is_wide and backend == "jax" else []),
            "import keras",
            "import numpy as np",
            *imports,
            "",
            *(["keras.config.set_floatx('float64')"] if is_wide else []),
            "variables = [",
            *(
                f"    keras.Variable({array(values)}, dtype={experiment.format!r}),"
                for values in experiment.theta0
            ),
            "]",
            f"optimizer = {expression}({keywords})",
            *snippets.rows(experiment, array),
            "for step, row in enumerate(gradients, start=1):",
            *snippets.changes(experiment, change),
            f"    row = [keras.ops.convert_to_tensor(x, {experiment.format!r}) for x in row]",
            "    optimizer.apply(row, variables)",
            "    numbers = (keras.ops.convert_to_numpy(x) for x in variables)",
            "    print(step, [x.astype(float).tolist() for x in numbers])",
        ]
    )
