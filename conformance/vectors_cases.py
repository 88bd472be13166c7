"""The cases that a file of test vectors asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from optimspec.conformance.cases import Case
from optimspec.conformance.protocol import Array, Experiment
from optimspec.conformance.vectors import digest
from optimspec.conformance.vectors_numbers import NotUsable, tensor
from optimspec.conformance.vectors_record import Inline, Vector, Vectors
from optimspec.reference import FORMATS

Inputs = tuple[tuple[Array, ...], tuple[tuple[Array | None, ...], ...]]
"""Start values, and gradients by step and parameter."""


def cases(vectors: Vectors, tensors: Mapping[str, Mapping[str, Array]]) -> list[Case]:
    """The cases that a file asks for.

    Parameters
    ----------
    tensors
        By the names of safetensors files, the tensors in each.

    Raises
    ------
    NotUsable
        If they are not those that were exported.
    """
    made = [_case(test, vectors.format, tensors) for test in vectors.tests]
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
        theta0, gradients = _held(test, len(shapes), tensors.get(test.tensors or "", {}))
    changes = {step: _floats(new) for step, new in test.changes.items()}
    experiment = Experiment(theta0, gradients, _floats(test.hyperparameters), format, changes)
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


def _held(test: Vector, parameters: int, held: Mapping[str, Array]) -> Inputs:
    try:
        theta0 = tuple(held[f"{test.id}/theta0/{at}"] for at in range(parameters))
        histories = [held[f"{test.id}/gradients/{at}"] for at in range(parameters)]
    except KeyError as missing:
        raise NotUsable(
            f"The numbers of a test are in it, or in the safetensors file that it names: of "
            f"{test.id} there is no {missing}. Keep the exported files together."
        ) from missing
    return theta0, tuple(zip(*histories, strict=True))


def _floats(settings: Mapping[str, str]) -> dict[str, float]:
    return {name: float.fromhex(value) for name, value in settings.items()}
