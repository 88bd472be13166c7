"""What can be asked of another process: true values and bounds, in names and numbers alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from optimspec.conformance.allowance import Allowed, Loss, computed_bounds
from optimspec.reference import Array, Experiment, truth
from optimspec.reference.truth import Truth
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, SpecError


@dataclass(frozen=True)
class Question:
    """What are the true values of an algorithm on an experiment, or what may they be off by?

    ``state_formats`` and ``loss`` are those of :func:`computed_bounds`.
    """

    algorithm: Algorithm
    experiment: Experiment
    is_of_bounds: bool = False
    state_formats: tuple[tuple[str, str], ...] = ()
    loss: Loss | None = None

    def answer(self) -> Truth | Allowed:
        """Compute it; raises TruthUndecided."""
        if self.is_of_bounds:
            return computed_bounds(self.algorithm, self.experiment, self.state_formats, self.loss)
        return truth(self.algorithm, self.experiment)

    def written(self) -> bytes | None:
        """The question as JSON, or None if the catalogue has not everything that it names."""
        names = _names(self.algorithm)
        if names is None:
            return None
        x = self.experiment
        values = _listed(x.theta0), [_listed(row) for row in x.gradients]
        inputs = *values, dict(x.hyper), x.format, sorted(x.changes.items()), sorted(x.flushed)
        asked = names, inputs, self.is_of_bounds, self.state_formats, self.loss
        return json.dumps(asked, default=_plain).encode()


def read(text: bytes) -> Question:
    """The question that was written so; raises whatever the text gives cause to."""
    (name, edits), inputs, is_of_bounds, state_formats, loss = json.loads(text)
    theta0, gradients, hyper, format_, changes, flushed = inputs
    rows = tuple(map(_arrays, gradients))
    return Question(
        ALGORITHMS[name].edited(*(EDITS[edit] for edit in edits)),
        Experiment(_arrays(theta0), rows, hyper, format_, dict(changes), frozenset(flushed)),
        is_of_bounds,
        tuple((variable, kept) for variable, kept in state_formats),
        loss and Loss(*loss),
    )


def digest(text: bytes) -> bytes:
    """What an answer begins with, so that it is taken for no other question's."""
    return hashlib.sha256(text).digest()


def _plain(x: Any) -> object:  # noqa: ANN401 - whatever a setting may be
    return dict(x) if isinstance(x, Mapping) else float(x)


def _listed(arrays: Iterable[Array | None]) -> list[object]:
    return [
        None if x is None else (x.shape, np.asarray(x, np.float64).tobytes().hex()) for x in arrays
    ]


def _arrays(listed: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(x and np.frombuffer(bytes.fromhex(x[1])).reshape(x[0]) for x in listed)


@lru_cache(maxsize=2048)
def _names(algorithm: Algorithm) -> tuple[str, list[str]] | None:
    """The name of an algorithm and those of its edits, if the catalogue has them all."""
    names = [edit.id for edit in algorithm.edits]
    try:
        known = ALGORITHMS[algorithm.name].edited(*(EDITS[name] for name in names))
    except (KeyError, SpecError):
        return None
    return (algorithm.name, names) if known == algorithm else None
