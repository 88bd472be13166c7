"""Code that steps NumPy arrays at work on several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimspec.conformance.names import Place, spellings
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters import naming
from optimspec.impls.adapters.numpy_worker import Back, Way, Worker
from optimspec.impls.adapters.probing import PROBE

_FAR: Final[Array] = np.full((2, 2), 1024.0)
"""A parameter so large that a step ends nearer to it than to zero."""


class NumpySession:
    """A thing at work on arrays of one format, or one such thing for each array."""

    def __init__(
        self,
        way: Way,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> None:
        self._way = way
        self._format = format
        self._hyper = dict(hyper)
        parameters = [np.array(array, format) for array in theta0]
        groups = [parameters] if way.shape.is_listed else [[one] for one in parameters]
        self.workers = [Worker(way, group, hyper) for group in groups]
        self.where = {} if way.passed else _changeable(self.workers[0].made, way.claim)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Make one step; gradients are fresh arrays, or None.

        What IEEE arithmetic gives is judged, so NumPy's warnings about it are off.

        Raises
        ------
        TypeError
            If parameters come back in another format.
        """
        own = iter([g if g is None else np.array(g, self._format) for g in gradients])
        keywords = self._way.passed(self._hyper) if self._way.passed else {}
        with np.errstate(all="ignore"):
            for worker in self.workers:
                worker.step([next(own) for _ in worker.parameters], keywords)
        after = [array for worker in self.workers for array in worker.parameters]
        other = [array.dtype.name for array in after if array.dtype != self._format]
        if other:
            raise TypeError(
                f"A step must keep the parameters' format; {self._format} became {other[0]}. "
                "Convert what is computed in another format."
            )
        return [np.array(array, np.float64) for array in after]

    def set(self, name: str, value: float) -> None:
        """Pass another value from the next call on, or change the attribute that keeps it.

        Raises
        ------
        ValueError
            If it is neither a keyword of the call nor an attribute.
        """
        if self._way.passed:
            self._way.passed({name: value})
            self._hyper[name] = value
            return
        if name not in self.where:
            raise ValueError(
                f"Only the hyperparameters {sorted(self.where)} that are attributes can change "
                f"between steps; found {name!r}."
            )
        for worker in self.workers:
            _assign(worker.made, self.where[name], value)

    def state(self) -> list[dict[str, Array]]:
        """Every parameter's state arrays that the specifications have a name for."""
        return [
            {name: np.array(array, np.float64) for name, array in known.items()}
            for worker in self.workers
            for known in worker.state()
        ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        rows = [known for worker in self.workers for known in worker.state()]
        return {name: array.dtype.name for known in rows for name, array in known.items()}


def what_comes_back(way: Way) -> Back:
    """What a step of it returns, found out by one step of a parameter far from zero."""
    session = NumpySession(replace(way, back="nothing"), [_FAR], {}, "float64")
    (worker,) = session.workers
    try:
        back = worker.step([PROBE], way.passed({}) if way.passed else {})
        (array,) = back if way.shape.is_listed else (back,)
    except (Exception, SystemExit):
        return "nothing"
    if np.shape(array) != _FAR.shape:
        return "nothing"
    if np.all(np.abs(np.asarray(array) - _FAR) < np.abs(array)):
        return "parameters"
    return "nothing" if np.any(worker.parameters[0] != _FAR) else "updates"


def _changeable(made: object, claim: str | None) -> dict[str, Place]:
    """Where its attributes keep hyperparameters; left out is what more than one may keep."""
    attributes = getattr(made, "__dict__", {})
    where = naming.places(attributes, claim)
    taken = {place.key for place in where.values()}
    known = spellings(claim)
    clear = {n for n in where if not any(k in attributes for k in known[n].keys if k not in taken)}
    return {name: where[name] for name in naming.read(attributes, where) if name in clear}


def _assign(made: object, place: Place, value: float) -> None:
    if place.index is None:
        setattr(made, place.key, value)
    else:
        pair = list(getattr(made, place.key))
        pair[place.index] = value
        setattr(made, place.key, tuple(pair))
