"""Runs written as short programs that a person can paste."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Array, Experiment
from optimspec.impls.adapters.call import unwrap

_TAKEN: Final = frozenset({"step", "row", "state", "update", "optimizer", "parameters"})
"""Names that programs use themselves."""

_REFERENCE: Final = re.compile(r"(?P<where>.+?):(?P<attribute>[A-Za-z_]\w*(\.\w+)*)")


def import_of(name: str, obj: object) -> tuple[list[str], str, bool]:
    """How to get ``obj``, which the user called ``name``, in another program.

    Returns
    -------
    lines
        Import statements.
    expression
        What ``obj`` is called after them.
    whole
        Whether that is ``obj`` itself rather than what a partial calls.
    """
    found = _REFERENCE.match(name)
    if found is None:
        inner = unwrap(obj)
        module, path = str(inner.__module__), str(getattr(inner, "__qualname__", inner))
        return [_from(module, path)], path, inner is obj
    where, path = found["where"], found["attribute"]
    head, _, rest = path.partition(".")
    here = f"{head}_" if head in _TAKEN else head
    expression = f"{here}.{rest}" if rest else here
    if where.endswith(".py") or "/" in where or "\\" in where:
        lines = ["import runpy", f"{here} = runpy.run_path({where!r})[{head!r}]"]
        return lines, expression, True
    renamed = f" as {here}" if here != head else ""
    return [f"{_from(where, path)}{renamed}"], expression, True


def _from(module: str, path: str) -> str:
    return f"from {module} import {path.partition('.')[0]}"


def literal(value: object, leaf: Callable[[object], str] = repr) -> str:
    """Write ``value`` as Python source; floats exactly, as repr does."""
    if isinstance(value, dict):
        items = (f"{literal(k, leaf)}: {literal(v, leaf)}" for k, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, tuple):
        inside = ", ".join(literal(v, leaf) for v in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return "[" + ", ".join(literal(v, leaf) for v in value) + "]"
    return leaf(value)


def arguments(keywords: Mapping[str, object], leaf: Callable[[object], str] = repr) -> str:
    """Write keywords as they stand in a call, each after a comma."""
    return "".join(f", {key}={literal(value, leaf)}" for key, value in keywords.items())


def rows(experiment: Experiment, array: Callable[[Array], str]) -> list[str]:
    """Write the gradients as the lines of a list of lists, one row per step."""
    lines = ["gradients = ["]
    for row in experiment.gradients:
        lines.append("    [" + ", ".join("None" if g is None else array(g) for g in row) + "],")
    return [*lines, "]"]


def changes(
    experiment: Experiment, write: Callable[[Mapping[str, float]], Sequence[str]]
) -> list[str]:
    """Write the changes of hyperparameters for the body of a loop over ``step``."""
    lines: list[str] = []
    for step, new in sorted(experiment.changes.items()):
        exact = {name: float(value) for name, value in new.items()}
        lines += [f"    if step == {step}:", *(f"        {line}" for line in write(exact))]
    return lines


def assignment(thing: str, place: Place, value: float) -> str:
    """Write the change of an attribute of ``thing``, or of a member of a pair that it is."""
    slot = f"{thing}.{place.key}"
    if place.index is None:
        return f"{slot} = {value!r}"
    pair = [f"{slot}[0]", f"{slot}[1]"]
    pair[place.index] = repr(value)
    return f"{slot} = ({', '.join(pair)})"


def program(lines: Sequence[str]) -> str:
    """Join ``lines``, importing ``inf`` and ``nan`` where they occur, as repr writes them."""
    text = "\n".join(lines) + "\n"
    used = [name for name in ("inf", "nan") if re.search(rf"\b{name}\b", text)]
    return (f"from math import {', '.join(used)}\n" if used else "") + text
