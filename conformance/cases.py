"""The curated cases: each regime as an experiment in a format."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
from sympy import Rational

from optimspec.conformance.regimes import REGIMES, Regime
from optimspec.reference import FLOAT32, FORMATS, Array, Experiment, Format, as_matrix
from optimspec.spec import Algorithm
from optimspec.spec.catalogue import HYPERPARAMETERS, admits


@dataclass(frozen=True)
class Case:
    """One experiment with its name and purpose."""

    id: str
    purpose: str
    experiment: Experiment


@runtime_checkable
class Recorded(Protocol):
    """A target whose runs were made elsewhere, on cases that it brings, and that can make no other.

    What needs other runs is skipped, and the record says what its verdict rests on.
    """

    @property
    def basis(self) -> str:
        """What a verdict rests on, in a sentence."""
        ...

    def recorded(self, format: str) -> list[Case]:  # noqa: A002
        """The cases of its runs in one format."""
        ...


USUAL: Final = {n: float(Rational(h.usual)) for n, h in HYPERPARAMETERS.items() if h.usual}
"""Settings of a case that says nothing else."""


def build(
    regime: Regime,
    defaults: Mapping[str, float],
    settable: frozenset[str],
    schedulable: frozenset[str],
    into: Format,
    seed: int,
    *,
    claimed: Algorithm,
) -> Case:
    """The case of ``regime`` in the format ``into``.

    Parameters
    ----------
    defaults
        Values in effect for what the regime does not set.
    settable, schedulable
        Names that may be given other values, at the start and between steps.
    claimed
        The algorithm that is tried: no hyperparameter leaves its domain, and parameters are
        matrices if it needs them.
    """
    rng = np.random.default_rng([seed, zlib.crc32(regime.id.encode())])
    shapes = regime.shapes or ((regime.elements,),)
    shapes = tuple(map(as_matrix, shapes)) if claimed.needs_matrices else shapes
    theta0 = [_fit(np.asarray(regime.start * rng.standard_normal(shape)), into) for shape in shapes]
    gradients = _gradients(regime, rng, shapes, into)
    wanted = {n: v for n, v in {**USUAL, **regime.hyper}.items() if admits(claimed, n, v)}
    hyper = {n: wanted.get(n, v) if n in settable else v for n, v in defaults.items()}
    changes = {
        step: kept
        for step, new in regime.changes.items()
        if (kept := {n: v for n, v in new.items() if n in schedulable and admits(claimed, n, v)})
    }
    experiment = Experiment(tuple(theta0), gradients, hyper, into.name, changes)
    return Case(regime.id, regime.purpose, experiment)


def _gradients(
    regime: Regime, rng: np.random.Generator, shapes: Sequence[tuple[int, ...]], into: Format
) -> tuple[tuple[Array, ...], ...]:
    """For each step the gradients of all parameters."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    rows = _fit(regime.gradients(rng, regime.steps, sum(sizes)), into)
    return tuple(
        tuple(
            part.reshape(shape)
            for part, shape in zip(np.split(row, np.cumsum(sizes)[:-1]), shapes, strict=True)
        )
        for row in rows
    )


def _fit(values: Array, into: Format) -> Array:
    """``values`` rounded to a format and kept where sums of several of them do not overflow."""
    most = into.largest / 16
    return np.asarray(np.clip(into.round(values), -most, most))


def curated(
    defaults: Mapping[str, float],
    settable: frozenset[str],
    schedulable: frozenset[str],
    format: str,  # noqa: A002
    seed: int,
    *,
    claimed: Algorithm,
    longest: int | None = None,
) -> list[Case]:
    """All curated cases in one format; those that repeat another, for want of settings, once.

    Those of more than ``longest`` steps are left out.
    """
    into = FORMATS[format]
    cases = [
        build(regime, defaults, settable, schedulable, into, seed, claimed=claimed)
        for regime in REGIMES
        if regime.narrow or into.precision >= FLOAT32.precision
        if longest is None or regime.steps <= longest
    ]
    return list({case.experiment.key: case for case in reversed(cases)}.values())[::-1]
