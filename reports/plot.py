"""Error against bound over the steps of a run, as SVG to stand inside a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from optimspec.conformance.record import Series
from optimspec.conformance.visible import excerpt, one_line
from optimspec.reports.svg import INK, drawable, log_scale, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ERROR: Final = "#2f7fc1"
"""Keeps its contrast on white and on black."""

_LETTERS: Final = 12
"""Letters of a title to an inch: a longer one would leave no place for its panel."""

_MANY: Final = 40
"""Steps from which on the points of a run would touch."""


def error_plot(runs: Sequence[Series], name: str, *, width: float = 6.8) -> Markup:
    """Return an SVG element of the errors (solid) and bounds (dashed) of ``runs``, log scale.

    A zero or unbounded error has no place on the scale: a triangle on its edge stands for it.

    Parameters
    ----------
    runs
        One panel each, titled with its format.
    name
        A prefix that no other drawing in the page has, for the ids inside.
    width
        In inches.
    """
    columns = min(len(runs), 2)
    rows = math.ceil(len(runs) / columns)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True)
        for place, panel in enumerate(panels.flat):
            if place < len(runs):
                _draw(panel, runs[place], int(_LETTERS * width / columns))
            else:
                panel.remove()
        figure.supxlabel("step t", fontsize=10)
        figure.supylabel("absolute error", fontsize=10)

    return svg(draw, (width, 2.3 * rows), name)


def _draw(axes: Axes, run: Series, letters: int) -> None:
    low, high = log_scale(axes, [*run.error, *run.bound])
    # matplotlib warns of letters that its own font lacks, and the page brings another font.
    title = one_line(run.format).encode("ascii", "replace").decode()
    axes.set_title(excerpt(title, letters), fontsize=10, loc="left")
    axes.plot(run.steps, _drawable(run.bound), color=INK, lw=1, ls=(0, (4, 2)), zorder=3)
    axes.plot(run.steps, _drawable(run.error), color=_ERROR, lw=1.3, marker=_marker(run))
    zeros = [step for step, e in zip(run.steps, run.error, strict=True) if e == 0]
    wild = [step for step, e in zip(run.steps, run.error, strict=True) if not math.isfinite(e)]
    for steps, edge, shape in ((zeros, low * 1.5, "v"), (wild, high / 1.5, "^")):
        axes.plot(steps, [edge] * len(steps), shape, color=_ERROR, ms=4, mew=0)


def _marker(run: Series) -> str:
    # Points next to zeros or non-finite errors would be lines without length.
    return "." if len(run.steps) < _MANY else ""


def _drawable(values: Sequence[float]) -> list[float]:
    return [value if drawable(value) else math.nan for value in values]
