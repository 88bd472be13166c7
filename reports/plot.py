"""Error against bound over the steps of a run, as SVG to stand inside a page."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from optimspec.conformance.record import Series
from optimspec.reports.wording import number, one_line

_ERROR: Final = "#2f7fc1"
"""Keeps its contrast on white and on black."""

_MANY: Final = 40
"""Steps from which on the points of a run would touch."""

_DECADES: Final = 150
"""Powers of ten shown on either side of one: matplotlib looks for ticks as far beyond again."""

_INK: Final = "#010203"
"""Stands for the page's text colour while matplotlib draws."""

# Any, since the stubs of some matplotlib releases name every key.
_STYLE: Final[Any] = {
    "svg.hashsalt": "optimspec",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}
_UNDATED: Final = {"Creator": None, "Date": None, "Format": None, "Type": None}


def error_plot(runs: Sequence[Series], name: str) -> Markup:
    """Return an SVG element of the errors (solid) and bounds (dashed) of ``runs``, log scale.

    A zero or unbounded error has no place on the scale: a triangle on its edge stands for it.

    Parameters
    ----------
    runs
        One panel each, titled with its format.
    name
        A prefix that no other drawing in the page has, for the ids inside.
    """
    columns = min(len(runs), 2)
    rows = math.ceil(len(runs) / columns)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.8, 2.3 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True)
        for place, panel in enumerate(panels.flat):
            if place < len(runs):
                _draw(panel, runs[place])
            else:
                panel.remove()
        figure.supxlabel("step t", fontsize=10)
        figure.supylabel("absolute error", fontsize=10)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata=_UNDATED)
    return _embedded(out.getvalue(), name)


def _draw(axes: Axes, run: Series) -> None:
    low, high = _limits(run)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", linewidth=0.4, alpha=0.2, color=_INK)
    # matplotlib warns of letters that its own font lacks, and the page brings another font.
    axes.set_title(
        one_line(run.format).encode("ascii", "replace").decode(), fontsize=10, loc="left"
    )
    axes.plot(run.steps, _drawable(run.bound), color=_INK, lw=1, ls=(0, (4, 2)), zorder=3)
    axes.plot(run.steps, _drawable(run.error), color=_ERROR, lw=1.3, marker=_marker(run))
    zeros = [step for step, e in zip(run.steps, run.error, strict=True) if e == 0]
    wild = [step for step, e in zip(run.steps, run.error, strict=True) if not math.isfinite(e)]
    for steps, edge, shape in ((zeros, low * 1.5, "v"), (wild, high / 1.5, "^")):
        axes.plot(steps, [edge] * len(steps), shape, color=_ERROR, ms=4, mew=0)


def _marker(run: Series) -> str:
    # Points next to zeros or non-finite errors would be lines without length.
    return "." if len(run.steps) < _MANY else ""


def _drawable(values: Sequence[float]) -> list[float]:
    return [value if value > 0 and math.isfinite(value) else math.nan for value in values]


def _limits(run: Series) -> tuple[float, float]:
    shown = [e for e in _drawable([*run.error, *run.bound]) if not math.isnan(e)] or [1.0]
    # Half a decade of margin keeps the triangles apart from the lines.
    low = max(math.floor(math.log10(min(shown))), -_DECADES)
    high = min(math.ceil(math.log10(max(shown))), _DECADES)
    return 10.0 ** (low - 0.5), 10.0 ** (high + 0.5)


def _embedded(svg: str, name: str) -> Markup:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    # Inside a page, the drawing's style sheet would apply to everything.
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor")
    return Markup(svg)
