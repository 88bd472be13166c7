"""Test vectors and answers as plain streams of words, which C reads with ``scanf``.

docs/vectors.md has the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from optimspec.conformance.protocol import Array
from optimspec.conformance.vectors import KnownAnswer, Values, digest
from optimspec.conformance.vectors_numbers import NotUsable, quoted, text, texts
from optimspec.conformance.vectors_record import VECTORS_VERSION
from optimspec.reference import error_limit
from optimspec.spec import Algorithm

VECTORS: Final = "optimspec-vectors"
ANSWERS: Final = "optimspec-answers"
"""The first words of files."""


def vectors(algorithm: Algorithm, format: str, tests: Sequence[KnownAnswer]) -> str:  # noqa: A002
    """The inputs of vectors."""
    names = [h.name for h in algorithm.hyperparameters]
    head = [
        f"{VECTORS} {VECTORS_VERSION}",
        f"inputs {digest(test.case for test in tests)}",
        f"algorithm {algorithm.name} format {format} limit {error_limit(algorithm)}",
        f"hyperparameters {len(names)} {' '.join(names)}",
        f"tests {len(tests)}",
    ]
    return _lines([*head, *(line for test in tests for line in _test(names, test)), "end"])


def _test(names: Sequence[str], test: KnownAnswer) -> Iterator[str]:
    experiment = test.case.experiment
    yield f"test {test.id} steps {len(experiment.gradients)} parameters {len(experiment.theta0)}"
    for theta0 in experiment.theta0:
        yield " ".join(map(str, ["shape", theta0.ndim, *theta0.shape]))
        yield _numbers(theta0)
    for settings, row in zip(experiment.settings(), experiment.gradients, strict=True):
        yield " ".join(["step", *(text(settings[name]) for name in names)])
        for gradient in row:
            yield "0" if gradient is None else f"{gradient.size} {_numbers(gradient)}"


def answers(algorithm: Algorithm, tests: Sequence[KnownAnswer], values: Sequence[Values]) -> str:
    """Values of each vector, such as those expected, in the form of answers."""
    names = [s.variable.name for s in algorithm.state]
    head = [
        f"{ANSWERS} {VECTORS_VERSION}",
        f"inputs {digest(test.case for test in tests)}",
        " ".join(["state", str(len(names)), *names]),
    ]
    body = (
        line
        for test, of in zip(tests, values, strict=True)
        for line in (f"test {test.id}", *_after_steps(of, ["theta", *names]))
    )
    return _lines([*head, *body, "end"])


def _after_steps(values: Values, names: Sequence[str]) -> Iterator[str]:
    for step in range(len(values[0]["theta"])):
        for of in values:
            yield from (_numbers(of[name][step]) for name in names)


def _numbers(values: Array) -> str:
    return " ".join(texts(values))


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


class Words(NamedTuple):
    """Answers as words.

    Attributes
    ----------
    state
        The state variables whose numbers follow those of each parameter.
    tests, skipped
        By the tests' ids, all numbers, and the reasons why there are none.
    """

    inputs: str | None
    state: list[str]
    state_formats: Mapping[str, str]
    tests: list[tuple[str, list[str]]]
    skipped: list[tuple[str, str]]


_TESTS: Final = ("test", "skip")
"""With these lines the tests begin."""

_ELSEWHERE: Final = ("inputs", "state", "kept", "end", ANSWERS)
"""With these begins no line of a test."""

_FIRST: Final = re.compile(rf"\s*{ANSWERS}\b")


def is_flat(content: str) -> bool:
    """Whether a file has the flat form of answers."""
    return bool(_FIRST.match(content))


def words(content: str, file: str) -> Words:
    """The words of a file of answers; raises NotUsable if it is none, or was cut short."""
    lines = [line.split() for line in content.splitlines() if line.strip()]
    if lines[0] != [ANSWERS, VECTORS_VERSION] or lines[-1] != ["end"]:
        raise NotUsable(
            f"A flat file of answers begins with the line '{ANSWERS} {VECTORS_VERSION}' and ends "
            f"with the line 'end': {file} begins with {quoted(' '.join(lines[0]))} and ends with "
            f"{quoted(' '.join(lines[-1]))}. If it was cut short, make it again."
        )
    begin = next((at for at, line in enumerate(lines) if line[0] in _TESTS), len(lines) - 1)
    made = Words(None, [], {}, [], [])
    for line in lines[1:begin]:
        made = _headed(made, line, file)
    for line in lines[begin:-1]:
        _add(made, line, file)
    return made


def _headed(made: Words, line: list[str], file: str) -> Words:
    """What was read, and one more line before the tests."""
    match line:
        case ["inputs", digest] if made.inputs is None:
            return made._replace(inputs=digest)
        case ["state", count, *names] if not made.state and _are(names, count):
            return made._replace(state=names)
        case ["kept", name, into] if name not in made.state_formats:
            return made._replace(state_formats={**made.state_formats, name: into})
    raise NotUsable(
        "Flat answers have lines inputs DIGEST, state COUNT NAMES and kept NAME FORMAT before "
        f"their tests, each once: {file} has {quoted(' '.join(line))}."
    )


def _are(names: Sequence[str], count: str) -> bool:
    """Whether there are so many names, no two of them alike."""
    return count == str(len(names)) == str(len(set(names)))


def _add(made: Words, line: list[str], file: str) -> None:
    """Add a line from the first test on to what was read."""
    match line:
        case ["test", name]:
            made.tests.append((name, []))
        case ["skip", name, *reason]:
            made.skipped.append((name, " ".join(reason)))
        case [word, *_] if made.tests and word not in _ELSEWHERE:
            made.tests[-1][1].extend(line)
        case _:
            raise NotUsable(
                "From the first test on, flat answers have tests, their numbers and skips, and one "
                f"end: {file} has {quoted(' '.join(line))}. Put the files of several formats into "
                "a folder, not behind each other."
            )
