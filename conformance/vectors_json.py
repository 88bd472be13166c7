"""Test vectors as the JSON files of ``vectors_record``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

from optimspec.conformance.cases import Case
from optimspec.conformance.vectors import KnownAnswer, Values, digest
from optimspec.conformance.vectors_flags import explained
from optimspec.conformance.vectors_numbers import text, texts
from optimspec.conformance.vectors_record import (
    FormatName,
    Inline,
    Kept,
    Line,
    Note,
    Paper,
    Setting,
    Vector,
    Vectors,
)
from optimspec.reference import error_limit
from optimspec.spec import Algorithm
from optimspec.spec.catalogue import ENTRIES
from optimspec.spec.plaintext import domain_text, equation_text, expression_text

LARGE: Final = 100
"""Steps beyond which the numbers of a vector are kept in a safetensors file."""

_LINKS: Final = {entry.id: entry.links[0] for entry in ENTRIES}


def is_large(case: Case) -> bool:
    """Whether the numbers of a case belong into a safetensors file, which has no gaps."""
    history = case.experiment.gradients
    return len(history) > LARGE and all(g is not None for row in history for g in row)


def record(
    algorithm: Algorithm,
    format: FormatName,  # noqa: A002
    seed: int,
    vectors: Sequence[KnownAnswer],
    tensors: str,
) -> Vectors:
    """The file of vectors of one format; those that are large have their numbers in ``tensors``."""
    flags = explained(flag for vector in vectors for flag in vector.flags)
    source = algorithm.source
    return Vectors(
        generator=f"optimspec {version('optimspec')}",
        algorithm=algorithm.name,
        title=algorithm.title,
        paper=Paper(work=source.work, place=source.place, url=source.url),
        equations=lines(algorithm),
        hyperparameters=[
            Setting(name=h.name, domain=domain_text(h.domain), meaning=h.meaning)
            for h in algorithm.hyperparameters
        ],
        state=[
            Kept(variable=s.variable.name, start=expression_text(s.start), meaning=s.meaning)
            for s in algorithm.state
        ],
        format=format,
        seed=seed,
        limit=error_limit(algorithm),
        inputs=digest(vector.case for vector in vectors),
        notes={f.id: Note(purpose=f.purpose, entry=f.entry, link=_LINKS[f.entry]) for f in flags},
        tests=[_test(vector, tensors) for vector in vectors],
    )


def lines(algorithm: Algorithm) -> list[Line]:
    """The equations of an algorithm as a file has them."""
    return [
        Line(variable=e.lhs.name, text=equation_text(e), meaning=e.meaning)
        for e in algorithm.equations
    ]


def dumps(vectors: Vectors) -> str:
    """The JSON text of a file, each test in a line of its own."""
    kept = json.loads(vectors.model_dump_json(exclude_none=True, exclude={"tests"}))
    head = json.dumps(kept, indent=1, ensure_ascii=False).removesuffix("\n}")
    tests = (test.model_dump_json(exclude=_absent(test)) for test in vectors.tests)
    return head + ',\n "tests": [\n' + ",\n".join(tests) + "\n]}\n"


def _absent(test: Vector) -> set[str]:
    return {"tensors" if test.tensors is None else "numbers"}


def _test(vector: KnownAnswer, tensors: str) -> Vector:
    experiment, large = vector.case.experiment, is_large(vector.case)
    return Vector(
        id=vector.id,
        comment=vector.case.purpose,
        flags=vector.flags,
        catches=vector.catches,
        hyperparameters=_hexed(experiment.hyper),
        changes={step: _hexed(new) for step, new in experiment.changes.items()},
        shapes={
            name: [list(values[name].shape[1:]) for values in vector.bounds]
            for name in vector.bounds[0]
        },
        tensors=tensors if large else None,
        numbers=None if large else _inline(vector),
    )


def _inline(vector: KnownAnswer) -> Inline:
    experiment = vector.case.experiment
    steps = len(experiment.gradients)
    return Inline(
        theta0=[texts(theta) for theta in experiment.theta0],
        gradients=[[None if g is None else texts(g) for g in row] for row in experiment.gradients],
        expected=[_after(vector.expected, step) for step in range(steps)],
        bounds=[_after(vector.bounds, step) for step in range(steps)],
    )


def _after(values: Values, step: int) -> dict[str, list[list[str]]]:
    """All variables after a step."""
    return {name: [texts(of[name][step]) for of in values] for name in values[0]}


def _hexed(settings: Mapping[str, float]) -> dict[str, str]:
    return {name: text(value) for name, value in settings.items()}
