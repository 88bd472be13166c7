"""Targets of MLX's optimizers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Array, Experiment
from optimspec.impls.adapters import snippets
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.mlx_session import MlxSession, flushed
from optimspec.impls.adapters.optimizer_class import adapted
from optimspec.impls.adapters.optional import is_loaded, required

required("mlx")


def adapt(obj: Any, args: Mapping[str, object], name: str) -> Adapted | None:  # noqa: ANN401
    """Make a target of a subclass of ``mlx.optimizers.Optimizer``.

    Parameters
    ----------
    obj
        The class, or a ``functools.partial`` of it.
    args
        Keywords for the constructor, given always.
    name
        What the user called it, such as ``mlx.optimizers:Adam``.

    Raises
    ------
    NotATarget
        If the constructor doesn't take ``args``, or needs more.
    """
    if not is_loaded("mlx.optimizers"):
        return None
    import mlx.optimizers

    inner = unwrap(obj)
    if not (isinstance(inner, type) and issubclass(inner, mlx.optimizers.Optimizer)):
        return None
    return adapted(obj, args, name, session=MlxSession, flushed=flushed(), write=_write)


def _write(name: str, call: Call, where: Mapping[str, Place], experiment: Experiment) -> str:
    imports, expression, whole = snippets.import_of(name, call.function)
    keywords = snippets.arguments(call.written(experiment.hyper, whole=whole)).lstrip(", ")

    def array(values: Array) -> str:
        text = f"mx.array({values.tolist()!r}, dtype=mx.{experiment.format})"
        return text if values.size else f"{text}.reshape({values.shape!r})"

    def change(new: Mapping[str, float]) -> list[str]:
        return [snippets.assignment("optimizer", where[n], value) for n, value in new.items()]

    return snippets.program(
        [
            "import mlx.core as mx",
            *imports,
            "",
            "parameters = {",
            *(f"    '{i}': {array(x)}," for i, x in enumerate(experiment.theta0)),
            "}",
            f"optimizer = {expression}({keywords})",
            *snippets.rows(experiment, array),
            "for step, row in enumerate(gradients, start=1):",
            *snippets.changes(experiment, change),
            "    row = {str(i): x for i, x in enumerate(row) if x is not None}",
            "    parameters |= optimizer.apply_gradients(row, parameters)",
            "    print(step, [x.tolist() for x in parameters.values()])",
        ]
    )
