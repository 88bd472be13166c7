"""Answers to test vectors as a target, which does again what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimspec.conformance.cases import Case
from optimspec.conformance.observe import Observation
from optimspec.conformance.protocol import FORMATS, Array, Capabilities, Evidence
from optimspec.conformance.vectors_answers import Given
from optimspec.conformance.vectors_read import Asked


@dataclass(frozen=True)
class AnsweredVectors:
    """What an implementation in any language answered, as a target.

    Parameters
    ----------
    name
        Where the answers are.
    asked, given
        The vectors, and the answers to them.
    """

    name: str
    asked: Asked
    given: Given

    @property
    def claim(self) -> str:
        """The algorithm that the vectors are of."""
        return self.asked.algorithm.name

    @property
    def capabilities(self) -> Capabilities:
        """The formats that were answered; vectors set and change every hyperparameter."""
        answered = {run.experiment.format for run in self.given.runs.values()}
        names = frozenset(self.hyperparameters)
        return Capabilities(tuple(f for f in FORMATS if f in answered), names, names)

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """The paper's values."""
        return self.asked.algorithm.defaults

    @property
    def basis(self) -> str:
        """What a verdict rests on."""
        runs, skipped = len(self.given.runs), len(self.given.skipped)
        left = f", {skipped} more having been skipped" if skipped else ""
        return f"This rests on recorded answers to {runs} test vectors{left}, and on nothing else."

    def recorded(self, format: str) -> list[Case]:  # noqa: A002
        """The vectors of a format that were answered."""
        cases = self.asked.cases.items()
        return [c for id_, c in cases if id_ in self.given.runs and c.experiment.format == format]

    def evidence(self) -> Iterable[Evidence]:
        """Whether every vector was run, as far as the answers say."""
        reasons = "; ".join(f"{id_}: {why}" for id_, why in self.given.skipped.items())
        said = f"Not run: {reasons}." if reasons else f"All {len(self.given.runs)} have answers."
        yield Evidence(
            "vectors",
            "Every test vector of the formats that are answered was run.",
            "docs/vectors.md",
            None if reasons else True,
            f"{said} {self._digests}",
        )

    @property
    def _digests(self) -> str:
        """Which vectors were answered."""
        ids = self.given.runs.keys() | self.given.skipped.keys()
        return " ".join(
            f"The digest of {self.asked.cases[next(iter(own))].experiment.format} is {digest}."
            for digest, own in self.asked.inputs.items()
            if own & ids
        )

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> Replay:
        """Begin a run again."""
        runs = [
            run
            for run in self.given.runs.values()
            if run.experiment.format == format
            and run.experiment.hyper == hyper
            and _same(run.experiment.theta0, theta0)
        ]
        return Replay(runs)


class Replay:
    """A run that was recorded, step by step; of several that begin alike, the one that goes on so.

    Raises LookupError where there is none.
    """

    def __init__(self, runs: list[Observation]) -> None:
        self._runs = runs
        self._steps = 0
        self._changes: dict[str, float] = {}

    def step(self, gradients: Sequence[Array | None]) -> Sequence[Array]:
        """The parameters after the next step."""
        at = self._steps
        self._runs = [
            run
            for run in self._runs
            if at < len(run.thetas)
            and run.experiment.changes.get(at + 1, {}) == self._changes
            and _same(run.experiment.gradients[at], gradients)
        ]
        if not self._runs:
            raise LookupError("There is no recorded answer to these inputs.")
        self._steps, self._changes = at + 1, {}
        return self._runs[0].thetas[at]

    def set(self, name: str, value: float) -> None:
        """Go on with runs in which a hyperparameter changes so."""
        self._changes[name] = value

    def state(self) -> Sequence[Mapping[str, Array]]:
        """The state that was shown after the last step."""
        return self._runs[0].states[self._steps - 1]

    def state_formats(self) -> Mapping[str, str]:
        """The formats in which it was said to be kept."""
        return self._runs[0].state_formats


def _same(one: Sequence[Array | None], other: Sequence[Array | None]) -> bool:
    return len(one) == len(other) and all(
        x is y if x is None or y is None else np.array_equal(x, y, equal_nan=True)
        for x, y in zip(one, other, strict=True)
    )
