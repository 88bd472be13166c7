"""A screen for candidates: short runs of single elements, on which a wrong formula shows at once.

Identification tries tens of thousands of candidates. Nearly all of them are off in the first step
of one element; only those that are not get the cases in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.observe import Observation
from optimspec.reference import FLOAT32, FLOAT64, FORMATS, Bounds, Float64, error_limit, lower
from optimspec.reference.trajectory import steps
from optimspec.spec import Algorithm
from optimspec.spec.fits import Fit

TELLING: Final = (
    "eps-large",
    "shapes",
    "exact-scalars",
    "betas-equal",
    "one-step",
    "schedule",
    "eps-default",
)
"""Cases that are short and differ from each other: few wrong candidates survive them."""

_STEPS: Final = 6
_ELEMENTS: Final = 2


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first steps of one element of a run.

    Attributes
    ----------
    is_whole
        Whether the element is all of its parameter.
    start, gradients, settings
        Its start value, and for each step its gradient and the hyperparameters.
    at
        The parameter's index, and the number of parameters.
    got
        Its value after each step.
    half
        The relative difference of what agrees in half of its digits.
    """

    is_whole: bool
    start: np.float64
    gradients: tuple[np.float64, ...]
    settings: tuple[Mapping[str, np.float64], ...]
    at: tuple[int, int]
    got: tuple[np.float64, ...]
    half: float

    def run(
        self,
        algorithm: Algorithm,
        fit: Fit | None = None,
        number: Any = None,  # noqa: ANN401 - a number, or an array of them
    ) -> Iterator[Any]:
        """The element's value after each step of ``algorithm``, in float64.

        With a fit, the value that its edit would give with this number, or with each of an array.
        """
        program = lower(algorithm)
        first: dict[str, Any] = dict(self.settings[0])
        now = program.start(_NUMBERS, first, self.start, ())
        rows = zip(self.gradients, self.settings, strict=True)
        for step, (gradient, hyper) in enumerate(rows, start=1):
            used: dict[str, Any] = dict(hyper)
            if fit is not None and fit.shifts_steps:
                step = fit.replaced(step, number)  # noqa: PLW2901 - the counter's, not the loop's
            elif fit is not None:
                used[fit.symbol.name] = fit.replaced(hyper[fit.symbol.name], number)
            now = program.step(_NUMBERS, now, used, gradient, at=(step, *self.at))
            yield now["theta"]

    def close(self, step: int, value: Any) -> Any:  # noqa: ANN401 - a number, or an array of them
        """Whether half of the digits of ``value`` are those of the element after ``step``."""
        return _close(self.got[step], value, self.start, self.half)

    def resembles(
        self,
        algorithm: Algorithm,
        fit: Fit | None = None,
        number: float | None = None,
    ) -> bool:
        """Whether half of the digits agree after every step; arguments as for :meth:`run`."""
        values = self.run(algorithm, fit, number)
        return all(self.close(step, value) for step, value in enumerate(values))


_NUMBERS: Final = Float64()


def _close(got: Any, value: Any, start: Any, half: float, floor: Any = 0.0) -> Any:  # noqa: ANN401
    """Whether half of the digits agree, or the difference is below a floor.

    What is not finite agrees with anything that is not finite either.
    """
    allowed = np.maximum(half * (np.abs(value - start) + np.abs(value)), floor)
    near = np.where(np.isfinite(value), np.abs(got - value) <= allowed, ~np.isfinite(got))
    return near | np.isinf(floor)


def all_of(runs: list[Observation], holds: Callable[[Observation], bool]) -> bool:
    """Whether something holds of all runs; one of which it does not is tried first next time.

    What tells one wrong candidate from the target tells most others too.
    """
    for at, each in enumerate(runs):
        if not holds(each):
            runs.insert(0, runs.pop(at))
            return False
    return True


class Screen:
    """What a target did on the telling cases, as a quick test of candidates.

    Parameters
    ----------
    bench
        The target at work.
    precision
        The format whose accuracy the target is granted; by default its finest own.
    """

    def __init__(self, bench: Bench, precision: str = "") -> None:
        cases = [case for name in TELLING if (case := bench.case(name, bench.finest))]
        self._observations = [bench.observe(case.experiment) for case in cases]
        self._format = FORMATS[precision or bench.finest]
        if self._format is FLOAT64:  # nothing underflows in it that does not in the screen
            self._observations += [run for run in bench.finished if run not in self._observations]
        self._is_narrow = self._format.precision < FLOAT32.precision
        self._excerpts: list[Excerpt] = []
        if not self._is_narrow:
            half = self._format.unit_roundoff**0.5
            self._excerpts = [e for each in self._observations for e in _excerpts(each, half)]

    def excerpts(self, algorithm: Algorithm) -> list[Excerpt]:
        """The excerpts that the equations of ``algorithm`` can be run on."""
        if algorithm.needs_matrices:
            return []
        elementwise = algorithm.is_elementwise
        return [e for e in self._excerpts if e.is_whole or elementwise]

    def passes(self, algorithm: Algorithm) -> bool:
        """A quick test that no faithful implementation of ``algorithm`` fails."""
        with np.errstate(all="ignore"):
            if not all(excerpt.resembles(algorithm) for excerpt in self.excerpts(algorithm)):
                return False
            return all_of(self._observations, lambda run: self._resembles(algorithm, run))

    def _resembles(self, algorithm: Algorithm, observation: Observation) -> bool:
        """Whether a run is near ``algorithm``'s, or within what a narrow format lets be off."""
        experiment, limit = observation.experiment, error_limit(algorithm)
        expected = steps(algorithm, Float64(), experiment)
        bounded = steps(algorithm, Bounds(self._format, {}), experiment)
        half = self._format.unit_roundoff**0.5
        lost = [np.zeros_like(x) for x in experiment.theta0]  # what large values left behind
        for thetas, row in zip(observation.thetas, expected, strict=False):
            errors = next(bounded) if self._is_narrow else None
            for at, (got, start) in enumerate(zip(thetas, experiment.theta0, strict=True)):
                value = np.asarray(row[at]["theta"])
                floor = lost[at] if errors is None else limit * errors[at]["theta"].bound
                if not np.all(_close(got, value, start, half, floor)):
                    return False
                lost[at] = np.fmax(lost[at], half * np.where(np.isfinite(value), abs(value), 0.0))
        return True


def _excerpts(observation: Observation, half: float) -> Iterator[Excerpt]:
    """Excerpts of a few elements of a run, spread over its parameters."""
    if not observation.thetas:
        return
    experiment = observation.experiment
    count = len(experiment.theta0)
    settings = [{n: np.float64(x) for n, x in s.items()} for s in experiment.settings()]
    for parameter in sorted({0, count // 2, count - 1}):
        size = experiment.theta0[parameter].size
        for element in sorted({0, size - 1})[:_ELEMENTS]:
            rows = [row[parameter] for row in experiment.gradients[:_STEPS]]
            got = [row[parameter].flat[element] for row in observation.thetas[:_STEPS]]
            yield Excerpt(
                is_whole=size == 1,
                start=experiment.theta0[parameter].flat[element],
                gradients=tuple(g.flat[element] for g in rows[: len(got)] if g is not None),
                settings=tuple(settings[: len(got)]),
                at=(parameter, count),
                got=tuple(got),
                half=half,
            )
