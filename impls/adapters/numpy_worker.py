"""One thing that steps NumPy arrays, and the arrays that it steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimspec.conformance.names import STATE_NAMES, state_shape
from optimspec.impls.adapters.numpy_shape import Shape

Arrays = list[NDArray[Any]]
Kind = Literal["with parameters", "alone", "ready", "function"]
"""What makes a thing: a call with the parameters, one without, a copy, or nothing: it is a function
that gets hyperparameters at each step."""

Back = Literal["nothing", "parameters", "updates"]
"""What a step returns: nothing that counts, new parameters, or what is to be added to the old."""


@dataclass(frozen=True, slots=True)
class Way:
    """From arrays to steps.

    Parameters
    ----------
    kind, make
        Makes the thing, of the arrays that it is to step and of hyperparameters by spec name.
    shape
        How it is told to make a step.
    back
        What its step returns.
    passed
        The keywords that each of its calls gets, of hyperparameters; None where the thing keeps
        these itself.
    claim
        The specification that its name alone lays claim to.
    """

    kind: Kind
    make: Callable[[Arrays, Mapping[str, float]], Any]
    shape: Shape
    back: Back = "parameters"
    passed: Callable[[Mapping[str, float]], Mapping[str, object]] | None = None
    claim: str | None = None


class Worker:
    """A thing at work on some arrays of one format, which are ``parameters``."""

    def __init__(self, way: Way, parameters: Arrays, hyper: Mapping[str, float]) -> None:
        self.made = way.make(parameters, hyper)
        self.parameters = parameters
        self._way = way
        self._count = 0
        begin = way.shape.begin
        self._state = _accessed(self.made, begin)(self._all(parameters)) if begin else None

    def step(self, gradients: Sequence[NDArray[Any] | None], keywords: Mapping[str, object]) -> Any:  # noqa: ANN401
        """Make a step and return what came back, besides the state.

        An array that is stepped by itself stays where it is without a gradient.
        """
        shape = self._way.shape
        if not shape.is_listed and gradients[0] is None:
            return None
        self._count += 1
        values = {
            "parameters": self._all(self.parameters),
            "gradients": self._all(gradients),
            "state": self._state,
            "step": self._count,
        }
        given = {keyword: values[role] for role, keyword in shape.keywords.items()}
        back = _accessed(self.made, shape.access)(**given, **keywords)
        if "state" in shape.keywords:
            back, self._state = _parted(back)
        if self._way.back != "nothing":
            self._take([np.asarray(x) for x in (back if shape.is_listed else [back])])
        return back

    def state(self) -> list[dict[str, NDArray[Any]]]:
        """The known state of each of its arrays, by spec name."""
        kept = self._state if "state" in self._way.shape.keywords else self.made
        found: list[dict[str, NDArray[Any]]] = [{} for _ in self.parameters]
        for name, keys in STATE_NAMES.items():
            shapes = [state_shape(name, array.shape) for array in self.parameters]
            for key in keys:
                values = _field(kept, key)
                arrays = values if self._way.shape.is_listed else [values]
                if isinstance(arrays, (list, tuple)) and _have(shapes, arrays):
                    for known, array in zip(found, arrays, strict=True):
                        known.setdefault(name, np.asarray(array))
        return found

    def _all(self, arrays: Sequence[Any]) -> Any:  # noqa: ANN401
        return list(arrays) if self._way.shape.is_listed else arrays[0]

    def _take(self, back: Arrays) -> None:
        if self._way.back == "updates":
            back = [old + new for old, new in zip(self.parameters, back, strict=True)]
        self.parameters[:] = [np.asarray(array) for array in back]


def _accessed(thing: Any, access: str) -> Any:  # noqa: ANN401
    """The callable that stands after an expression for ``thing`` with ``access`` behind it."""
    if access.startswith("."):
        return attrgetter(access[1:])(thing)
    return itemgetter(int(access[1:-1]))(thing) if access else thing


def _parted(back: Any) -> tuple[Any, Any]:  # noqa: ANN401
    if not (isinstance(back, tuple) and len(back) == 2):
        raise TypeError(
            "A step that is given its state must return two things, the second of them the new "
            f"state; it returned {type(back).__name__}."
        )
    return back


def _field(kept: object, key: str) -> Any:  # noqa: ANN401
    """What is kept under a key, or as an attribute, which a property may give."""
    return kept.get(key) if isinstance(kept, Mapping) else getattr(kept, key, None)


def _have(shapes: Sequence[tuple[int, ...]], arrays: Sequence[object]) -> bool:
    return [getattr(array, "shape", None) for array in arrays] == list(shapes)
