"""Runs of what steps NumPy arrays, as short programs."""

from __future__ import annotations

from collections.abc import Mapping

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Array, Experiment
from optimspec.impls.adapters import snippets
from optimspec.impls.adapters.call import Call
from optimspec.impls.adapters.numpy_worker import Way

_EACH = "for i in range(len(parameters)):"


def write(
    reference: str, call: Call, way: Way, where: Mapping[str, Place], experiment: Experiment
) -> str:
    """Write the run as a program that prints the parameters after every step.

    ``where`` says which attributes keep hyperparameters.
    """
    imports, expression, whole = snippets.import_of(reference, call.function)
    thing = expression if way.kind == "function" else _one(way, "optimizer")
    hyper = dict(experiment.hyper)

    def pass_on(new: Mapping[str, float]) -> list[str]:
        hyper.update(new)
        return [f"keywords = {snippets.literal(call.written(hyper, whole=whole))}"]

    def assign(new: Mapping[str, float]) -> list[str]:
        return _for_each(way, [snippets.assignment(thing, where[n], x) for n, x in new.items()])

    def array(values: Array) -> str:
        text = f"np.array({values.tolist()!r}, np.{experiment.format})"
        return text if values.size else f"{text}.reshape({values.shape!r})"

    lines = [*imports, *(["import copy"] if way.kind == "ready" else []), "import numpy as np", ""]
    lines += ["parameters = [", *(f"    {array(values)}," for values in experiment.theta0), "]"]
    if way.kind != "ready":
        lines += pass_on({})
    lines += [*_begin(way, expression, thing), *snippets.rows(experiment, array)]
    lines += ["for step, row in enumerate(gradients, start=1):"]
    lines += snippets.changes(experiment, pass_on if way.passed else assign)
    lines += [f"    {line}" for line in _for_each(way, _step(way, thing))]
    lines += ["    print(step, [parameter.tolist() for parameter in parameters])"]
    return snippets.program(lines)


def _one(way: Way, name: str) -> str:
    """What is called ``name`` if there is one for all parameters, else the one for ``i``."""
    return name if way.shape.is_listed else f"{name}s[i]"


def _for_each(way: Way, lines: list[str]) -> list[str]:
    return lines if way.shape.is_listed else [_EACH, *(f"    {line}" for line in lines)]


def _begin(way: Way, expression: str, thing: str) -> list[str]:
    """Make the thing, or one for each parameter, and its first state."""
    made = {
        "with parameters": f"{expression}(parameters, **keywords)",
        "alone": f"{expression}(**keywords)",
        "ready": f"copy.deepcopy({expression})",
        "function": "",
    }[way.kind]
    begin = f"{thing}{way.shape.begin}({_parameters(way)})" if way.shape.begin else "None"
    first = {"optimizer": made, "state": begin if "state" in way.shape.keywords else ""}
    if way.shape.is_listed:
        return [f"{name} = {text}" for name, text in first.items() if text]
    every = "for i in range(len(parameters))"
    return [f"{name}s = [{text} {every}]" for name, text in first.items() if text]


def _parameters(way: Way) -> str:
    return "parameters" if way.shape.is_listed else "parameters[i]"


def _step(way: Way, thing: str) -> list[str]:
    """Make a step, and keep what comes back."""
    parameters = _parameters(way)
    values = {
        "parameters": parameters,
        "gradients": "row" if way.shape.is_listed else "row[i]",
        "state": _one(way, "state"),
        "step": "step",
    }
    given = [f"{keyword}={values[role]}" for role, keyword in way.shape.keywords.items()]
    given += ["**keywords"] if way.passed else []
    call = f"{thing}{way.shape.access}({', '.join(given)})"
    kept = {"nothing": "_", "parameters": parameters, "updates": "update"}[way.back]
    if "state" in way.shape.keywords:
        lines = [f"{kept}, {values['state']} = {call}"]
    else:
        lines = [call if way.back == "nothing" else f"{kept} = {call}"]
    if way.back != "updates":
        return lines
    if way.shape.is_listed:
        return [*lines, "parameters = [old + new for old, new in zip(parameters, update)]"]
    return [*lines, "parameters[i] = parameters[i] + update"]
