"""Curves and paths of training runs, as SVG to stand inside a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from optimspec.conformance.record import Series
from optimspec.conformance.train_record import Run, TrainingRecord
from optimspec.reports.svg import INK, drawable, svg
from optimspec.reports.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HUES: Final = (
    "#2f7fc1", "#d1495b", "#1b9e77", "#c58a00", "#8a63d2",
    "#0f9fb5", "#c2569b", "#7d8a99", "#e0723a", "#6b8e23",
)  # fmt: skip
"""Each keeps its contrast on white and on black."""

_DASHES: Final = ("solid", (0, (5, 2)), (0, (1, 1.5)))
"""Beyond the last hue, the hues begin again with another dash."""

WIDTH: Final = 5.2
"""Inches, so that two drawings stand side by side and one fits a phone."""

_SIZE: Final = (WIDTH, 3.4)
_CUT: Final = 3.0
"""A loss above so many times the first is beyond the top of a drawing."""

_WIDE: Final = 30.0
"""A range of losses beyond this ratio gets a logarithmic scale."""

Curve = tuple[Run, Sequence[float], Sequence[float]]
"""A run, and the places and values of what is drawn of it."""


def style(place: int) -> tuple[str, str | tuple[float, tuple[float, ...]]]:
    """The colour and dash of the run at that place of a record."""
    dash, hue = list(product(_DASHES, _HUES))[place % (len(_HUES) * len(_DASHES))]
    return hue, dash  # type: ignore[return-value]


def by_step(found: TrainingRecord, value: Callable[[Run], Sequence[float]]) -> list[Curve]:
    """What was measured at each step."""
    return [(run, range(1, len(value(run)) + 1), value(run)) for run in found.runs]


def by_epoch(found: TrainingRecord, value: Callable[[Run], Sequence[float]]) -> list[Curve]:
    """What was measured at the end of each epoch, and before the first."""
    return [(run, range(len(value(run))), value(run)) for run in found.runs]


def loss_plot(curves: Sequence[Curve], along: str, name: str, *, window: int = 1) -> Markup:
    """Return an SVG element of losses.

    Parameters
    ----------
    curves
        A line each, in the order of the record.
    along
        What the horizontal axis counts.
    name
        A prefix that no other drawing in the page has, for the ids inside.
    window
        Over how many values a running mean is drawn over the values themselves.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        first = [values[0] for _, _, values in curves if values and math.isfinite(values[0])]
        top = _CUT * max(first, default=1.0)
        shown = [v for _, _, values in curves for v in values if drawable(v) and v <= top]
        _scale(axes, shown or [1.0], top)
        _lines(axes, curves, window)
        _label(axes, along, "loss")

    return svg(draw, _SIZE, name)


def accuracy_plot(curves: Sequence[Curve], along: str, name: str, *, window: int = 1) -> Markup:
    """Return an SVG element of accuracies; see :func:`loss_plot`."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        _lines(axes, curves, window)
        axes.set_ylim(top=1.01)
        _label(axes, along, "accuracy")

    return svg(draw, _SIZE, name)


def trials_plot(found: TrainingRecord, name: str) -> Markup:
    """Return an SVG element of the loss that each step size led to."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: number(value, 3))
        ended = [t.loss for run in found.runs for t in run.trials if drawable(t.loss)]
        first = max((r.step_loss[0] for r in found.runs if r.step_loss), default=1.0)
        _scale(axes, [loss for loss in ended if loss <= _CUT * first] or [1.0], _CUT * first)
        for place, run in enumerate(found.runs):
            hue, dash = style(place)
            losses = [t.loss if math.isfinite(t.loss) else math.nan for t in run.trials]
            axes.plot([t.alpha for t in run.trials], losses, color=hue, ls=dash, lw=1.4, marker=".")
        _label(axes, "step size", "loss at the end")

    return svg(draw, _SIZE, name)


def series_of(run: Run) -> Series:
    """A certified run's errors and bounds, titled with its label."""
    loop = run.closed_loop
    error, bound = (loop.error, loop.bound) if loop else ([], [])
    steps = list(range(1, len(error) + 1))
    return Series(
        case="", format=run.label, variable="theta", steps=steps, error=error, bound=bound
    )


def _lines(axes: Axes, curves: Sequence[Curve], window: int) -> None:
    for place, (_, at, values) in enumerate(curves):
        hue, dash = style(place)
        shown = [v if math.isfinite(v) else math.nan for v in values]
        marker = "." if len(shown) < _FEW else ""
        if 1 < window < len(shown):
            axes.plot(at, shown, color=hue, lw=0.5, alpha=0.25)
            mean = np.convolve(shown, np.full(window, 1 / window), "valid")
            axes.plot(at[window - 1 :], mean, color=hue, ls=dash, lw=1.5)
        else:
            axes.plot(at, shown, color=hue, ls=dash, lw=1.5, marker=marker, ms=4)


_LEAST: Final = 1e-150
"""The smallest value on a scale: matplotlib looks for ticks as far beyond again."""

_FEW: Final = 15
"""Up to so many values, each is marked."""


def _scale(axes: Axes, shown: Sequence[float], top: float) -> None:
    """A vertical scale for losses, logarithmic if they differ much."""
    low, high = (min(max(end(shown), _LEAST), 1 / _LEAST) for end in (min, max))
    if high / low > _WIDE:
        from matplotlib.ticker import LogLocator  # takes longer than what most commands do

        axes.set_yscale("log")
        axes.set_ylim(low / 1.5, min(high * 1.5, max(top, low)))
        few = math.log10(high / low) < 3
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0) if few else (1.0,), numticks=9))
        axes.yaxis.minorticks_off()
    else:
        margin = 0.05 * (high - low) or high
        axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 3))


def _label(axes: Axes, along: str, what: str) -> None:
    axes.set_xlabel(along)
    axes.set_ylabel(what)
    axes.grid(axis="y", linewidth=0.4, alpha=0.2, color=INK)
    if axes.get_xscale() == "linear":
        axes.locator_params(axis="x", nbins=6, integer=True)
