"""The cases that a file of test vectors asks for.

The digest of a file shows that it is whole; anybody can compute one for inputs of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

import numpy as np

from optimspec.conformance.cases import Case
from optimspec.conformance.protocol import Array, Experiment
from optimspec.conformance.vectors import digest, named
from optimspec.conformance.vectors_numbers import NotUsable, number, quoted, tensor
from optimspec.conformance.vectors_record import Inline, Vector, Vectors
from optimspec.reference import FORMATS
from optimspec.spec import Algorithm
from optimspec.spec.catalogue import admits

Inputs = tuple[tuple[Array, ...], tuple[tuple[Array | None, ...], ...]]
"""Start values, and gradients by step and parameter."""


def cases(
    vectors: Vectors, algorithm: Algorithm, tensors: Mapping[str, Mapping[str, Array]]
) -> list[Case]:
    """The cases that a file asks for.

    Parameters
    ----------
    algorithm
        What the vectors are of.
    tensors
        By the names of safetensors files, the tensors in each.

    Raises
    ------
    NotUsable
        If they are not those that were exported, or nothing that the algorithm could be run on.
    """
    _require_ids([test.id for test in vectors.tests], vectors.format)
    made = [_case(test, vectors.format, tensors) for test in vectors.tests]
    for test, case in zip(vectors.tests, made, strict=True):
        _require_settings(test.id, case.experiment, algorithm)
        _require_shapes(test.id, case.experiment, algorithm)
    _require_beginnings(made)
    if digest(made) != vectors.inputs:
        raise NotUsable(
            f"Inputs must be those that were exported: the {vectors.format} vectors of "
            f"{vectors.algorithm} have other ones than their digest says. Export them again."
        )
    return made


def _case(test: Vector, format: str, tensors: Mapping[str, Mapping[str, Array]]) -> Case:  # noqa: A002
    shapes = [tuple(shape) for shape in test.shapes.get("theta", [])]
    if test.numbers is not None:
        theta0, gradients = _listed(test, test.numbers, shapes, format)
    else:
        theta0, gradients = _held(test, shapes, tensors.get(test.tensors or "", {}), format)
    changes = {step: _floats(new, test.id) for step, new in test.changes.items()}
    hyper = _floats(test.hyperparameters, test.id)
    experiment = Experiment(theta0, gradients, hyper, format, changes)
    return Case(test.id.removeprefix(f"{format}."), test.comment, experiment)


def _listed(
    test: Vector,
    numbers: Inline,
    shapes: Sequence[tuple[int, ...]],
    format: str,  # noqa: A002
) -> Inputs:
    into = FORMATS[format]

    def row(given: Sequence[Iterable[str] | None]) -> tuple[Array | None, ...]:
        if len(given) != len(shapes):
            raise NotUsable(
                f"A test has a tensor for each of its parameters: {test.id} has {len(given)} for "
                f"{len(shapes)}. Export the vectors again."
            )
        pairs = zip(given, shapes, strict=True)
        return tuple(None if x is None else tensor(x, s, into, test.id) for x, s in pairs)

    theta0 = row(numbers.theta0)
    return tuple(x for x in theta0 if x is not None), tuple(row(g) for g in numbers.gradients)


def _held(
    test: Vector,
    shapes: Sequence[tuple[int, ...]],
    held: Mapping[str, Array],
    format: str,  # noqa: A002
) -> Inputs:
    parameters = range(len(shapes))
    try:
        theta0 = tuple(held[f"{test.id}/theta0/{at}"] for at in parameters)
        histories = [held[f"{test.id}/gradients/{at}"] for at in parameters]
    except KeyError as missing:
        raise NotUsable(
            f"The numbers of a test are in it, or in the safetensors file that it names: of "
            f"{test.id} there is no {missing}. Keep the exported files together."
        ) from missing
    steps = max((len(of) for of in histories if of.ndim), default=0)
    wanted = [*shapes, *((steps, *shape) for shape in shapes)]
    found = [x.shape for x in (*theta0, *histories)]
    into = FORMATS[format]
    if not steps or found != wanted:
        raise NotUsable(
            f"Tensors have the shapes that their test says, gradients behind an axis of steps: "
            f"those of {test.id} have {quoted(found)}. Export the vectors again."
        )
    if not all(np.array_equal(x, into.round(x), equal_nan=True) for x in (*theta0, *histories)):
        raise NotUsable(
            f"Numbers are of the vectors' format: {test.id} has some that {format} has not. "
            "Export the vectors again."
        )
    return theta0, tuple(zip(*histories, strict=True))


def _floats(settings: Mapping[str, str], id_: str) -> dict[str, float]:
    return {name: number(value, f"{name} of {id_}") for name, value in settings.items()}


def _require_ids(ids: Sequence[str], format: str) -> None:  # noqa: A002
    for id_ in ids:
        if ids.count(id_) > 1 or not re.fullmatch(rf"{format}\.[\w-]+", id_):
            raise NotUsable(
                f"Tests have names of their own, which begin with {format} and a dot: found "
                f"{quoted(id_)}{' twice' * (ids.count(id_) > 1)}. Export the vectors again."
            )


def _require_settings(id_: str, experiment: Experiment, algorithm: Algorithm) -> None:
    """Refuse hyperparameters that the algorithm has not, or for which it is not defined."""
    names, steps = algorithm.defaults.keys(), len(experiment.gradients)
    if experiment.hyper.keys() != names:
        raise NotUsable(
            f"A test sets every hyperparameter of its algorithm, {', '.join(names)}: {id_} sets "
            f"{quoted(', '.join(experiment.hyper))}. Export the vectors again."
        )
    for step, new in ((1, experiment.hyper), *experiment.changes.items()):
        for name, value in new.items():
            known = name in names and isfinite(value) and admits(algorithm, name, value)
            if not (known and 1 <= step <= steps):
                raise NotUsable(
                    f"Hyperparameters are in their domain, and change before a step that is made: "
                    f"{id_} has {quoted(name)} = {value:g} at step {step} of {steps}. Export the "
                    "vectors again."
                )


def _require_shapes(id_: str, experiment: Experiment, algorithm: Algorithm) -> None:
    shapes = [theta0.shape for theta0 in experiment.theta0]
    if not shapes or (algorithm.needs_matrices and any(len(shape) != 2 for shape in shapes)):
        what = "matrices" if algorithm.needs_matrices else "at least one"
        raise NotUsable(
            f"Of the parameters of {algorithm.name} there are {what}: {id_} has the shapes "
            f"{quoted(shapes)}. Export the vectors again."
        )


def _require_beginnings(made: Sequence[Case]) -> None:
    """Refuse cases that cannot be told apart when they are begun, by which answers are found."""
    begun: dict[str, Case] = {}
    for case in made:
        x = case.experiment
        first = {step: new for step, new in x.changes.items() if step == 1}
        start = Experiment(x.theta0, x.gradients[:1], x.hyper, x.format, first).key
        if (other := begun.setdefault(start, case)) is not case:
            raise NotUsable(
                f"Tests differ in their first step: {named(other)} and {named(case)} begin alike. "
                "Export the vectors again."
            )
