"""The bench: one target, its cases, and everything measured of it, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from hypothesis.strategies import SearchStrategy

from optimspec.conformance.allowance import Loss
from optimspec.conformance.cases import Case, Recorded, build, curated
from optimspec.conformance.encoding import LONGEST
from optimspec.conformance.measure import Comparison, compare
from optimspec.conformance.observe import Observation, observe
from optimspec.conformance.protocol import Experiment, Snippets, Target
from optimspec.conformance.record import Counterexample
from optimspec.conformance.regimes import Regime
from optimspec.conformance.search import experiments
from optimspec.reference import FORMATS, error_limit
from optimspec.spec import Algorithm
from optimspec.spec.catalogue import HYPERPARAMETERS, edits_of

DEFAULTS: Final = {name: float(h.value) for name, h in HYPERPARAMETERS.items()}
"""The papers' values, for a target of unknown claim that has none of its own."""


@dataclass
class Bench:
    """A target at work.

    Parameters
    ----------
    target
        The implementation under test.
    claimed
        The algorithm it is judged against.
    formats
        The parameter formats to test, widest first.
    seed
        From which every random input follows.
    is_claimed
        Whether anybody said that the target is ``claimed``.
    longest
        The number of steps beyond which a curated case is left out; None for none.
    long
        Whether what takes seconds or more is tried too.

    Attributes
    ----------
    matched
        The algorithm that it was found to compute: ``claimed``, an edit of it, or None.
    loss
        The loss of precision with which it computes it, or None.
    astray
        Formats in which most values are off by half of their movement or more.
    """

    target: Target
    claimed: Algorithm
    formats: tuple[str, ...]
    seed: int
    matched: Algorithm | None = None
    is_claimed: bool = True
    longest: int | None = None
    long: bool = False
    loss: Loss | None = None
    astray: list[str] = field(default_factory=list)
    _cases: dict[str, list[Case]] = field(default_factory=dict)
    _observations: dict[Experiment, Observation] = field(default_factory=dict)

    @property
    def finest(self) -> str:
        """The widest format: where a formula shows most clearly."""
        return self.formats[0]

    @property
    def settings(self) -> dict[str, float]:
        """Every hyperparameter in effect by default: the target's, and the claim's beside."""
        own = self.claimed.defaults if self.is_claimed else DEFAULTS
        return {**own, **self.target.hyperparameters}

    @property
    def settable(self) -> frozenset[str]:
        """The claim's hyperparameters that the target lets cases choose."""
        return self.target.capabilities.settable & self._names

    @property
    def _names(self) -> frozenset[str]:
        """The claim's hyperparameters and those of options; of the latter, zero is off.

        Without a claim, all that are not off.
        """
        on = {name for name, value in self.settings.items() if value}
        if not self.is_claimed:
            return frozenset(on)
        optional = {h.name for edit in edits_of(self.claimed) for h in edit.hyperparameters}
        return frozenset(self.claimed.defaults) | (on & optional)

    @property
    def is_recorded(self) -> bool:
        """Whether the target can make no run but those of its cases."""
        return isinstance(self.target, Recorded)

    def cases(self, format: str) -> list[Case]:  # noqa: A002
        """The curated cases in one format; of a recorded target, those that it brings."""
        if isinstance(self.target, Recorded):
            return self.target.recorded(format)
        if format not in self._cases:
            schedulable = self.target.capabilities.schedulable & self._names
            self._cases[format] = curated(
                self.settings,
                self.settable,
                schedulable,
                format,
                self.seed,
                claimed=self.claimed,
                longest=self.longest,
            )
        return self._cases[format]

    def build(self, regime: Regime, format: str) -> Case:  # noqa: A002
        """The case that a regime of a check makes in one format, in which no setting changes."""
        return build(
            regime, self.settings, self.settable, frozenset(), FORMATS[format], self.seed,
            claimed=self.claimed,
        )  # fmt: skip

    def random(self, format: str) -> SearchStrategy[Experiment]:  # noqa: A002
        """Small random experiments in one format."""
        return experiments(self.settings, self.settable, format, claimed=self.claimed)

    def case(self, name: str, format: str) -> Case | None:  # noqa: A002
        """The curated case of that name, unless it fell together with another."""
        return next((case for case in self.cases(format) if case.id == name), None)

    def observe(self, experiment: Experiment) -> Observation:
        """What the target does on ``experiment``; it is run once."""
        if experiment not in self._observations:
            self._observations[experiment] = observe(self.target, experiment)
        return self._observations[experiment]

    @cached_property
    def repeats(self) -> bool:
        """Whether a second run of a case gives what the first gave, bit for bit."""
        for case in self.cases(self.finest):
            first = self.observe(case.experiment)
            if not first.failure and len(first.thetas) > 1:
                again = observe(self.target, case.experiment)
                pairs = zip(first.values("theta"), again.values("theta"), strict=True)
                return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
        return True

    @cached_property
    def finished(self) -> list[Observation]:
        """The runs of all curated cases in the finest format that came to their end.

        In no order that means anything: what reads it may change it.
        """
        runs = (self.observe(case.experiment) for case in self.cases(self.finest))
        return [run for run in runs if not run.failure]

    def compare(self, algorithm: Algorithm, case: Case, variable: str = "theta") -> Comparison:
        """The target's run on a case beside ``algorithm``'s truth."""
        observation = self.observe(case.experiment)
        return compare(algorithm, observation, error_limit(algorithm), variable)

    def comparisons(
        self,
        algorithm: Algorithm,
        format: str,  # noqa: A002
        variable: str = "theta",
    ) -> Iterator[tuple[Case, Comparison]]:
        """The curated cases of a format that ran to their end, beside ``algorithm``.

        Of a state variable, those cases in which it is shown.
        """
        for case in self.cases(format):
            observation = self.observe(case.experiment)
            if not observation.failure and observation.shows(variable):
                yield case, self.compare(algorithm, case, variable)

    def counterexample(
        self, name: str, experiment: Experiment, comparison: Comparison
    ) -> Counterexample | None:
        """The first departure of a comparison, with a program that shows it."""
        at = comparison.first
        if at is None:
            return None
        return Counterexample(
            case=name, format=experiment.format, step=at.step, parameter=at.parameter,
            element=at.element, variable=at.variable, got=at.got, expected=at.expected,
            error=at.error, bound=at.bound, snippet=self.snippet(experiment, at.step),
        )  # fmt: skip

    def failed_example(self, name: str, experiment: Experiment) -> Counterexample:
        """A run that the target does not survive, with a program that shows it."""
        step = len(self.observe(experiment).thetas) + 1
        return Counterexample(
            case=name, format=experiment.format, step=step, parameter=0, element=0,
            variable="theta", got=np.nan, expected=np.nan, error=np.nan, bound=np.nan,
            snippet=self.snippet(experiment, step),
        )  # fmt: skip

    def snippet(self, experiment: Experiment, steps: int) -> str:
        """A program that makes the first ``steps`` steps of ``experiment``.

        "" where it would be longer than a text of a record may be.
        """
        if not isinstance(self.target, Snippets):
            return ""
        shortened = Experiment(
            experiment.theta0,
            experiment.gradients[:steps],
            {n: v for n, v in experiment.hyper.items() if n in self.target.capabilities.settable},
            experiment.format,
            {step: new for step, new in experiment.changes.items() if step <= steps},
        )
        program = self.target.snippet(shortened)
        return program if len(program) <= LONGEST else ""
