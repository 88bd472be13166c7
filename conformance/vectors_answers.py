"""Answers to test vectors, read from files."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from optimspec.conformance.cases import Case
from optimspec.conformance.observe import Observation
from optimspec.conformance.protocol import FORMATS, Experiment
from optimspec.conformance.reckoned import bounds
from optimspec.conformance.vectors_flat import VECTORS, is_flat, words
from optimspec.conformance.vectors_numbers import NotUsable, quoted
from optimspec.conformance.vectors_read import Asked, data
from optimspec.conformance.vectors_record import Answers, Skipped
from optimspec.conformance.vectors_runs import Row, Shapes, cut, observed, shapes
from optimspec.conformance.visible import one_line
from optimspec.spec import Algorithm


@dataclass(frozen=True)
class Given:
    """What an implementation answered.

    Attributes
    ----------
    runs, skipped
        By the vectors' ids: what it did, and why it did nothing.
    """

    runs: Mapping[str, Observation]
    skipped: Mapping[str, str]


Rows = Callable[[Case, Shapes], Sequence[Row]]
"""From a case and its shapes the numbers of an answer, step by step."""


@dataclass(frozen=True)
class _File:
    """One file; what it has of a test are numbers, or the reason why there are none."""

    name: str
    inputs: str | None
    state: Collection[str]
    state_formats: Mapping[str, str]
    tests: Sequence[tuple[str, Rows | str]]


def read(path: Path, asked: Asked) -> Given:
    """The answers in a file, or in all files of a folder.

    Of each format that is answered, every vector must be, or be skipped with a reason; one of
    several steps in which no setting changes must be among the answers.

    Raises
    ------
    NotUsable
        If they are not, or are not answers to these vectors.
    """
    paths = [p for p in sorted(path.iterdir()) if p.is_file()] if path.is_dir() else [path]
    runs: dict[str, Observation] = {}
    skipped: dict[str, str] = {}
    for file in map(_file, paths):
        _require_known(file, asked)
        for id_, answer in file.tests:
            if id_ in runs or id_ in skipped:
                raise NotUsable(f"A vector is answered once: {id_} is again in {file.name}.")
            if isinstance(answer, str):
                skipped[id_] = _reason(id_, answer)
                continue
            case = asked.cases[id_]
            sizes = shapes(asked.algorithm, case.experiment)
            rows = answer(case, sizes)
            runs[id_] = observed(id_, rows, case.experiment, sizes, file.state_formats)
    _require_all(runs, skipped, asked)
    return Given(runs, skipped)


def _file(path: Path) -> _File:
    name = one_line(str(path))
    try:
        content = data(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUsable(f"Answers are text in UTF-8: {name} is none.") from error
    if content.split(maxsplit=1)[:1] == [VECTORS]:
        raise _vectors_themselves(name)
    return _flat(content, name) if is_flat(content) else _json(content, name)


def _vectors_themselves(name: str) -> NotUsable:
    return NotUsable(
        f"Answers are what an implementation gives on vectors: {name} has the vectors themselves. "
        "Run the implementation on them, and give what it writes."
    )


def _flat(content: str, name: str) -> _File:
    read = words(content, name)

    def rows(id_: str, numbers: Sequence[str], case: Case, sizes: Shapes) -> Sequence[Row]:
        return list(cut(id_, numbers, read.state, sizes, len(case.experiment.gradients)))

    tests = [(id_, partial(rows, id_, numbers)) for id_, numbers in read.tests]
    return _File(name, read.inputs, read.state, read.state_formats, [*tests, *read.skipped])


def _json(content: str, name: str) -> _File:
    try:
        found = json.loads(content, object_pairs_hook=_distinct)
        if isinstance(found, dict) and "equations" in found:
            raise _vectors_themselves(name)
        read = Answers.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if "[" not in str(part))
        raise NotUsable(
            f"JSON answers are laid out as docs/vectors.md says: {name} is not at "
            f"{quoted(place or 'its top')}: {one_line(first['msg'])}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotUsable(
            f"Answers are JSON, or flat with the word optimspec-answers first: {name} is neither, "
            f"or was cut short ({one_line(str(error))})."
        ) from error
    tests: list[tuple[str, Rows | str]] = []
    state: set[str] = set()
    for id_, given in read.tests.items():
        if isinstance(given, Skipped):
            tests.append((id_, given.skipped))
        else:
            state |= {name for row in given for name in row} - {"theta"}
            tests.append((id_, partial(_given, given)))
    return _File(name, read.inputs, state, read.state_formats, tests)


def _given(rows: Sequence[Row], case: Case, sizes: Shapes) -> Sequence[Row]:
    """What JSON has is cut already."""
    del case, sizes
    return rows


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON, no name in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{quoted(twice)} is there twice")
    return found


def _reason(id_: str, said: str) -> str:
    if not said.strip():
        raise NotUsable(f"A vector is skipped with a reason: {id_} has none. Say what is missing.")
    return said


def _require_known(file: _File, asked: Asked) -> None:
    """Refuse answers to other vectors than those asked, and state that the equations have not."""
    if file.inputs is not None and file.inputs not in asked.inputs:
        raise NotUsable(
            f"Answers must be to these vectors: {file.name} has the digest "
            f"{quoted(file.inputs)} of the inputs of others. Run the implementation on these."
        )
    known = asked.cases if file.inputs is None else asked.inputs[file.inputs]
    for id_, _ in file.tests:
        if id_ not in known:
            near = get_close_matches(id_, known, n=1)
            raise NotUsable(
                f"Answers are to the vectors in the folder: {file.name} has {quoted(id_)}, which "
                f"is none. {f'Did you mean {near[0]!r}?' if near else 'Leave it out.'}"
            )
    state = [s.variable.name for s in asked.algorithm.state]
    for name, into in {**dict.fromkeys(file.state, "float64"), **file.state_formats}.items():
        if name not in state or into not in FORMATS:
            raise NotUsable(
                f"State is of {', '.join(state) or 'no variable'}, in one of {', '.join(FORMATS)}: "
                f"{file.name} has {quoted(name)} in {quoted(into)}."
            )


def _require_all(runs: Collection[str], skipped: Collection[str], asked: Asked) -> None:
    """Refuse formats of which some vectors are answered and others are not."""
    formats = {asked.cases[id_].experiment.format for id_ in (*runs, *skipped)}
    if not formats:
        raise NotUsable("There must be answers; there is none to any vector.")
    for name in formats:
        of = {id_: case for id_, case in asked.cases.items() if case.experiment.format == name}
        missing = [id_ for id_ in of if id_ not in runs and id_ not in skipped]
        if missing:
            raise NotUsable(
                f"Of a format every vector must be answered: {len(missing)} of {len(of)} are not, "
                f"the first {missing[0]}. Skip one that cannot be run, with the reason."
            )
        if not any(_tells(case.experiment) for id_, case in of.items() if id_ in runs):
            raise NotUsable(
                f"Of a format at least one vector of several steps without a change of settings "
                f"must be answered, not skipped; of {name} there is none."
            )
        if not any(_binds(asked.algorithm, of[id_].experiment) for id_ in of if id_ in runs):
            raise NotUsable(
                f"Of a format at least one parameter's value must have a finite bound: of the "
                f"{name} vectors that are answered none has, so that any answer would be right. "
                "Export the vectors again."
            )


def _tells(experiment: Experiment) -> bool:
    """Whether a case lets a formula show at all."""
    return len(experiment.gradients) > 1 and not experiment.changes


def _binds(algorithm: Algorithm, experiment: Experiment) -> bool:
    """Whether some value can be wrong."""
    return any(np.isfinite(of["theta"]).any() for of in bounds(algorithm, experiment))
