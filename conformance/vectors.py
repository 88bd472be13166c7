"""Test vectors: the curated cases with what the equations give on them, for any language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimspec.conformance.cases import Case, curated
from optimspec.conformance.measure import compare
from optimspec.conformance.observe import Observation
from optimspec.conformance.protocol import Array, Experiment
from optimspec.conformance.reckoned import bounds, truth
from optimspec.conformance.vectors_flags import flags_of
from optimspec.reference import Float64, error_limit, run
from optimspec.spec import Algorithm, Edit
from optimspec.spec.catalogue import edits_of

Values = list[dict[str, Array]]
"""For each parameter its values, and its state's by name, steps along the first axis."""


@dataclass(frozen=True, eq=False)
class KnownAnswer:
    """A case with its answer.

    Attributes
    ----------
    flags, catches
        What it is for, and the entries of the catalogue whose formula leaves the bound on it.
    expected
        The true values, rounded once to the format; NaN where there is none that is finite.
    bounds
        The error bound E of each.
    """

    case: Case
    flags: list[str]
    catches: list[str]
    expected: Values
    bounds: Values

    @property
    def id(self) -> str:
        """The format and the name of the case."""
        return named(self.case)


def named(case: Case) -> str:
    """The id of a case among those of all formats."""
    return f"{case.experiment.format}.{case.id}"


def cases_of(algorithm: Algorithm, format: str, seed: int) -> list[Case]:  # noqa: A002
    """The curated cases of an algorithm in one format, every hyperparameter free."""
    names = frozenset(algorithm.defaults)
    return curated(algorithm.defaults, names, names, format, seed, claimed=algorithm)


def known_answers(algorithm: Algorithm, format: str, seed: int) -> list[KnownAnswer]:  # noqa: A002
    """The cases of an algorithm in one format, with their answers."""
    return [_vector(algorithm, case) for case in cases_of(algorithm, format, seed)]


def _vector(algorithm: Algorithm, case: Case) -> KnownAnswer:
    experiment = case.experiment
    true = truth(algorithm, experiment)
    return KnownAnswer(
        case,
        flags_of(experiment),
        [edit.id for edit in _catchable(algorithm) if leaves_bound(algorithm, edit, experiment)],
        [{name: values.rounded for name, values in kept.items()} for kept in true],
        bounds(algorithm, experiment),
    )


def _catchable(algorithm: Algorithm) -> tuple[Edit, ...]:
    """The catalogue's edits that need no hyperparameter beyond the algorithm's own."""
    own = algorithm.defaults.keys()
    return tuple(e for e in edits_of(algorithm) if {h.name for h in e.hyperparameters} <= own)


def leaves_bound(algorithm: Algorithm, edit: Edit, experiment: Experiment) -> bool:
    """Whether parameters by edited equations are beyond the error limit somewhere.

    The edited equations are evaluated in float64, and rounded to the format after each step.
    """
    into = experiment.arithmetic
    rows = run(algorithm.edited(edit), Float64(), experiment)
    thetas = [[np.asarray(into.round(now["theta"])) for now in row] for row in rows]
    made = Observation(experiment, list(thetas), [], {})
    limit = error_limit(algorithm)
    return compare(algorithm, made, limit).k > limit


def digest(cases: Iterable[Case]) -> str:
    """A digest of all inputs of these cases, with their names, in hexadecimal."""
    said = "".join(f"{named(case)} {case.experiment.key}\n" for case in cases)
    return hashlib.sha256(said.encode()).hexdigest()
