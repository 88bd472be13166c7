"""Small models whose gradients SymPy derives; they are evaluated in float64 and rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

import numpy as np
import sympy

from optimspec.conformance.train_data import Examples
from optimspec.conformance.train_record import Metrics, Surface, TaskRecord
from optimspec.conformance.train_task import SURFACES, Rows, Settings, Split, split_of
from optimspec.reference import FORMATS, Array, Float64
from optimspec.reference.training import Training, loss
from optimspec.spec import Task
from optimspec.spec.tasks import task
from optimspec.spec.typeset import latex

TRAIN: Final = 40
HELD_OUT: Final = 40
EPOCHS: Final = 100
"""As many as the course notes train their regression for."""
STEPS: Final = 300
"""Steps on a surface."""

_ABOUT: Final = {
    "linear": "y = 2x + 1 with noise; mean squared error over all examples at every step",
    "logistic": "Points on two sides of a line; cross-entropy over all examples at every step",
    "rosenbrock": "A curved valley with a flat floor, in two numbers",
    "beale": "A flat plain between steep ridges, in two numbers",
}
_GRID: Final = 81
"""Points along each side of a surface's map."""


class ExactProblem:
    """A task of the specifications with data; see ``train_task.Problem``."""

    def __init__(self, task: Task, settings: Settings, split: Split | None) -> None:
        self.task = task
        self._settings, self._split = settings, split
        self._format = FORMATS[settings.format]
        self.theta0 = tuple(
            self._format.round(np.array(p.start or [0.0] * len(p.elements), float).reshape(p.shape))
            for p in task.parameters
        )

    @property
    def record(self) -> TaskRecord:
        """See ``Problem``."""
        train, held_out = map(len, self._split) if self._split else (0, 0)
        steps = self._settings.epochs or (EPOCHS if self._split else STEPS)
        return TaskRecord(
            name=self.task.name,
            title=self.task.title,
            about=f"{_ABOUT[self.task.name]}; the gradient is SymPy's.",
            formulas=formulas(self.task),
            source=str(self.task.source),
            url=self.task.source.url,
            parameters=len(self.task.elements),
            train=train,
            held_out=held_out,
            batch=train,
            epochs=steps if self._split else 0,
            steps=steps,
            format=self._settings.format,
        )

    def batches(self) -> Iterator[Rows]:
        """See ``Problem``; all examples, every time."""
        return repeat(np.arange(len(self._split.train) if self._split else 0))

    def gradient(self, theta: Sequence[Array], rows: Rows) -> tuple[Metrics, list[Array]]:
        """See ``Problem``."""
        del rows
        run = self.training({}, 1)
        with np.errstate(all="ignore"):
            gradients = run.gradients_at(1, theta, Float64())
        rounded = [self._format.round(g) for g in gradients if g is not None]
        return self.measure(theta), rounded

    def measure(self, theta: Sequence[Array], *, held_out: bool = False) -> Metrics:
        """See ``Problem``; the loss is computed in float64."""
        data = self._data(self._examples(held_out=held_out))
        with np.errstate(all="ignore"):
            (value,) = loss(self.task, data, theta, Float64())
        return Metrics(loss=float(value), accuracy=self._accuracy(theta, data))

    def training(self, hyper: Mapping[str, float], length: int) -> Training:
        """A run of so many steps, as the reference makes it."""
        data = self._data(self._examples())
        return Training(self.task, data, self.theta0, hyper, self._settings.format, length)

    def surface(self, paths: Sequence[Array]) -> Surface | None:
        """The loss around the start, the minimum and what of the paths is near; None off a plane.

        ``paths`` have a row for each point.
        """
        if self._split:
            return None
        low, high = _around(self.theta0[0], np.array(self.task.minimum, float), paths)
        x, y = (np.linspace(low[axis], high[axis], _GRID) for axis in (0, 1))
        names = _plain(self.task)
        height = sympy.lambdify(list(names.values()), self.task.loss.xreplace(names), "numpy")
        return Surface(
            axes=[symbol.name for symbol in self.task.elements],
            x=x.tolist(),
            y=y.tolist(),
            loss=height(*np.meshgrid(x, y)).tolist(),
            minimum=[float(part) for part in self.task.minimum],
        )

    def _examples(self, *, held_out: bool = False) -> Examples | None:
        return self._split and (self._split.held_out if held_out else self._split.train)

    def _data(self, examples: Examples | None) -> dict[str, Array]:
        if examples is None:
            return {}
        columns = (*examples.inputs.T, examples.labels.astype(float))
        return {
            symbol.name: self._format.round(column)
            for symbol, column in zip(self.task.data, columns, strict=True)
        }

    def _accuracy(self, theta: Sequence[Array], data: Mapping[str, Array]) -> float | None:
        if self.task.name != "logistic":
            return None
        (first, second), (bias,) = (np.ravel(values) for values in theta)
        logit = first * data["x1"] + second * data["x2"] + bias
        return float(np.mean((logit > 0) == data["y"]))


def formulas(task: Task) -> list[str]:
    """The loss and its derivatives as LaTeX."""
    plain = _plain(task)
    written = [rf"L = {latex(task.loss.xreplace(plain))}"]
    for symbol, part in zip(task.elements, task.gradient, strict=True):
        by = latex(plain[symbol])
        value = latex(part.xreplace(plain))
        written.append(rf"\frac{{\partial L}}{{\partial {by}}} = {value}")
    return written


def _plain(task: Task) -> dict[sympy.Symbol, sympy.Symbol]:
    """Symbols of the same names, which stand for no tensor and no step."""
    return {s: sympy.Symbol(s.name, real=True) for s in (*task.elements, *task.data)}


def _around(start: Array, minimum: Array, paths: Sequence[Array]) -> tuple[Array, Array]:
    """The corners of a map: start and minimum, and points no farther off than twice their span."""
    centre, span = (start + minimum) / 2, np.max(np.abs(start - minimum))
    points = [np.reshape(path, (-1, 2)) for path in paths]
    near = [p[np.all(np.abs(p - centre) <= span, axis=1)] for p in points]
    shown = np.vstack([start[None], minimum[None], *near])
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = 0.15 * np.maximum(high - low, span / 2)
    return low - margin, high + margin


def exact_problem(settings: Settings) -> ExactProblem:
    """A task of the specifications; its data come from the seed."""
    rng = np.random.default_rng(settings.seed)
    surface = settings.name in SURFACES
    split = None if surface else split_of(settings.name, rng, TRAIN, HELD_OUT)
    return ExactProblem(task(settings.name), settings, split)
