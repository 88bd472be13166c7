"""Targets of classes that update a list of NumPy arrays in place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Array, Capabilities, Experiment
from optimspec.impls.adapters import naming, snippets
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.numpy_session import NumpySession
from optimspec.impls.adapters.probing import PROBE, formats_that_step

_FORMATS: Final = ("float64", "float32", "float16")


@dataclass(frozen=True, slots=True)
class NumpyOptimizer:
    """An optimizer of NumPy arrays under test; see :func:`adapt`."""

    name: str
    claim: str | None
    capabilities: Capabilities
    hyperparameters: Mapping[str, float]
    _call: Call
    _reference: str
    _where: Mapping[str, Place]

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> NumpySession:
        """Build the optimizer on arrays of these values."""
        return NumpySession(self._call, theta0, hyper, format)

    @property
    def flags(self) -> Mapping[str, bool]:
        """The boolean keywords, with the values in effect."""
        return self._call.flags

    def toggled(self, flag: str) -> NumpyOptimizer:
        """Make the same target with that flag the other way."""
        made = adapt(self._call.function, self._call.toggled(flag), self._reference)
        return cast(NumpyOptimizer, made)

    def snippet(self, experiment: Experiment) -> str:
        """Write the run as a program that prints the parameters after every step."""
        imports, expression, whole = snippets.import_of(self._reference, self._call.function)
        keywords = self._call.written(experiment.hyper, whole=whole)

        def array(values: Array) -> str:
            text = f"np.array({values.tolist()!r}, np.{experiment.format})"
            return text if values.size else f"{text}.reshape({values.shape!r})"

        return snippets.program(
            [
                *imports,
                "import numpy as np",
                "",
                "parameters = [",
                *(f"    {array(values)}," for values in experiment.theta0),
                "]",
                f"optimizer = {expression}(parameters{snippets.arguments(keywords)})",
                *snippets.rows(experiment, array),
                "for step, row in enumerate(gradients, start=1):",
                *snippets.changes(experiment, self._write_change),
                "    optimizer.step(row)",
                "    print(step, [parameter.tolist() for parameter in parameters])",
            ]
        )

    def _write_change(self, new: Mapping[str, float]) -> list[str]:
        lines = []
        for name, value in new.items():
            slot, index = f"optimizer.{self._where[name].key}", self._where[name].index
            pair = [f"{slot}[0]", f"{slot}[1]"]
            if index is not None:
                pair[index] = repr(value)
            lines.append(
                f"{slot} = {value!r}" if index is None else f"{slot} = ({', '.join(pair)})"
            )
        return lines


def adapt(obj: object, args: Mapping[str, object], name: str) -> NumpyOptimizer | None:
    """Make a target of a class ``C(parameters, lr=..., ...)`` with a method ``step(gradients)``.

    Parameters
    ----------
    obj
        The class, or a ``functools.partial`` of it. Its first argument, a list of arrays to
        update in place, is called ``params`` or ``parameters``.
    args
        Keywords for the constructor, given always.
    name
        What the user called it, such as ``mine.py:MyAdam``.

    Raises
    ------
    NotATarget
        If the constructor doesn't take ``args``, or needs more. Errors of a constructor that
        was given nothing but parameters propagate.
    """
    inner = unwrap(obj)
    if not (isinstance(inner, type) and _steps_arrays(inner)):
        return None
    call = Call.of(cast(Callable[..., object], obj), args, name)
    with call.blamed_for_its_arguments(name):
        where = NumpySession(call, [PROBE], {}, "float64").where
    return NumpyOptimizer(
        name=call.title(name),
        claim=naming.claim(inner.__name__, call.values, call.options),
        capabilities=Capabilities(
            formats=formats_that_step(lambda f: NumpySession(call, [PROBE], {}, f), _FORMATS),
            settable=frozenset(call.where),
            schedulable=frozenset(where),
        ),
        hyperparameters=call.values,
        _call=call,
        _reference=name,
        _where=where,
    )


def _steps_arrays(cls: type) -> bool:
    """Whether the constructor takes parameters and ``step`` needs an argument: the gradients."""
    step = getattr(cls, "step", None)
    of_torch = any(base.__module__.partition(".")[0] == "torch" for base in cls.__mro__)
    if of_torch or not inspect.isfunction(step):
        return False
    constructor = list(inspect.signature(cls).parameters)
    needed = [p for p in inspect.signature(step).parameters.values() if p.default is p.empty]
    return bool(constructor) and constructor[0] in naming.PARAMETER_LISTS and len(needed) == 2
