"""What an implementation did on a test vector, made of the numbers that it answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from optimspec.conformance.observe import Observation
from optimspec.conformance.protocol import Array, Experiment
from optimspec.conformance.vectors_numbers import NotUsable, quoted, tensor
from optimspec.reference import FORMATS
from optimspec.spec import Algorithm

Row = Mapping[str, Sequence[Sequence[object]]]
"""After a step, by variable, the numbers of each parameter."""

Shapes = Mapping[str, Sequence[tuple[int, ...]]]
"""By variable, the shape that belongs to each parameter."""


def shapes(algorithm: Algorithm, experiment: Experiment) -> Shapes:
    """The shapes of the parameters and of all state."""
    own = [theta0.shape for theta0 in experiment.theta0]
    state = {s.variable.name: [s.shape(shape) for shape in own] for s in algorithm.state}
    return {"theta": own, **state}


def cut(
    id_: str, numbers: Sequence[str], state: Sequence[str], sizes: Shapes, steps: int
) -> Iterator[Row]:
    """The numbers of a flat file, step by step; raises NotUsable if there are more or fewer."""
    each = [(name, prod(shape)) for of in _by_parameter(sizes, state) for name, shape in of]
    needed = steps * sum(size for _, size in each)
    if len(numbers) != needed:
        raise NotUsable(
            f"An answer has a number for each element after each step: {id_} has {needed}, and "
            f"there are {len(numbers)}. {_remedy(len(numbers), state, sizes, steps)}"
        )
    left = iter(numbers)
    for _ in range(steps):
        row: dict[str, list[list[str]]] = {}
        for name, size in each:
            row.setdefault(name, []).append([next(left) for _ in range(size)])
        yield row


def _remedy(count: int, state: Sequence[str], sizes: Shapes, steps: int) -> str:
    """What to do about a wrong count of numbers."""
    names = [name for name in sizes if name != "theta"]
    if not state and count == steps * sum(prod(shape) for of in sizes.values() for shape in of):
        line = " ".join(["state", str(len(names)), *names])
        return f"State is there if it is named: write the line {line!r} before the tests."
    return "Write theta, then any state that is named, of each parameter."


def _by_parameter(
    sizes: Shapes, state: Sequence[str]
) -> Iterator[list[tuple[str, tuple[int, ...]]]]:
    for at in range(len(sizes["theta"])):
        yield [(name, sizes[name][at]) for name in ("theta", *state)]


def observed(
    id_: str,
    rows: Sequence[Row],
    experiment: Experiment,
    sizes: Shapes,
    state_formats: Mapping[str, str],
) -> Observation:
    """The run that an answer tells of; raises NotUsable if it is not of the vector's shape."""
    steps = len(experiment.gradients)
    if len(rows) != steps:
        raise NotUsable(
            f"An answer has every step of its vector: {id_} has {steps}, not {len(rows)}."
        )
    names = list(rows[0])
    if "theta" not in names or any(set(row) != set(names) for row in rows):
        raise NotUsable(
            f"Every step of an answer has theta, and the state that the first has: {id_} has "
            f"{quoted(', '.join(names))} at first, and not always."
        )
    kept = {name: state_formats.get(name, experiment.format) for name in names}
    made = [
        {
            name: _tensors(f"{name} of {id_} at step {step}", row[name], sizes[name], kept[name])
            for name in names
        }
        for step, row in enumerate(rows, start=1)
    ]
    state = [name for name in names if name != "theta"]
    return Observation(
        experiment,
        [row["theta"] for row in made],
        [[{n: row[n][at] for n in state} for at in range(len(sizes["theta"]))] for row in made],
        {name: kept[name] for name in state},
    )


def _tensors(
    place: str, given: Sequence[Sequence[object]], sizes: Sequence[tuple[int, ...]], into: str
) -> list[Array]:
    if len(given) != len(sizes):
        raise NotUsable(
            f"There is a tensor for each parameter: {place} has {len(given)}, and there are "
            f"{len(sizes)} parameters."
        )
    pairs = zip(given, sizes, strict=True)
    return [
        tensor(items, shape, FORMATS[into], f"{place}, parameter {at}")
        for at, (items, shape) in enumerate(pairs)
    ]
