"""Targets of optax: functions that return a GradientTransformation, and such objects."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import Any

from optimspec.conformance.protocol import FORMATS, Array, Capabilities, Experiment
from optimspec.impls.adapters import jax_arrays, naming, snippets
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.call import Call, takes_settings, unwrap
from optimspec.impls.adapters.optax_session import OptaxSession
from optimspec.impls.adapters.optional import is_loaded, required
from optimspec.impls.adapters.probing import PROBE, formats_that_step

required("optax")


def adapt(obj: Any, args: Mapping[str, object], name: str) -> Adapted | None:  # noqa: ANN401
    """Make a target of a function ``f(learning_rate, ...)`` or of what it returns.

    Parameters
    ----------
    obj
        A GradientTransformation, a function that returns one and needs nothing but
        hyperparameters, or a ``functools.partial`` of one.
    args
        Keywords for the function, given always.
    name
        What the user called it, such as ``optax:adam``.

    Raises
    ------
    NotATarget
        If the function doesn't take ``args``.
    """
    if not is_loaded("optax"):
        return None
    is_ready = _is_transformation(obj)
    if is_ready:
        call = Call.of(lambda: obj, args, name, leading=0)
    elif inspect.isfunction(unwrap(obj)) and takes_settings(obj, args):
        call = Call.of(obj, args, name, leading=0)
        with call.blamed_for_its_arguments(name):
            made = call.function(**call.keywords({}))
        if not _is_transformation(made):
            return None
    else:
        return None
    begin = partial(OptaxSession, lambda h: call.function(**call.keywords(h)), not is_ready)
    own = name.rpartition(":")[2] if is_ready else getattr(unwrap(obj), "__name__", "")
    settable = frozenset(call.where)
    return Adapted(
        name=call.title(name),
        claim=naming.claim(own, call.values, call.options),
        capabilities=Capabilities(
            formats=formats_that_step(lambda f: begin([PROBE], {}, f), FORMATS),
            settable=settable,
            schedulable=settable,
            flushed=jax_arrays.flushed(),
        ),
        hyperparameters=call.values,
        call=call,
        begin=begin,
        again=lambda given: adapt(obj, given, name),
        write=partial(_write, name, call, is_ready),
    )


def _is_transformation(thing: object) -> bool:
    import optax

    return isinstance(thing, optax.GradientTransformation)


def _write(name: str, call: Call, is_ready: bool, experiment: Experiment) -> str:
    imports, expression, whole = snippets.import_of(name, call.function)
    hyper = dict(experiment.hyper)

    def make(new: Mapping[str, float]) -> list[str]:
        hyper.update(new)
        keywords = snippets.arguments(call.written(hyper, whole=whole)).lstrip(", ")
        return [
            f"optimizer = {expression}" if is_ready else f"optimizer = {expression}({keywords})"
        ]

    def array(values: Array) -> str:
        text = f"jnp.array({values.tolist()!r}, jnp.{experiment.format})"
        return text if values.size else f"{text}.reshape({values.shape!r})"

    wide = ["jax.config.update('jax_enable_x64', True)"] if experiment.format == "float64" else []
    return snippets.program(
        [
            "import jax",
            *wide,
            "import jax.numpy as jnp",
            "import optax",
            *imports,
            "",
            "parameters = [",
            *(f"    {array(values)}," for values in experiment.theta0),
            "]",
            *make({}),
            "state = optimizer.init(parameters)",
            *snippets.rows(experiment, array),
            "for step, row in enumerate(gradients, start=1):",
            *snippets.changes(experiment, make),
            "    updates, state = optimizer.update(row, state, parameters)",
            "    parameters = optax.apply_updates(parameters, updates)",
            "    print(step, [parameter.astype(float).tolist() for parameter in parameters])",
        ]
    )
