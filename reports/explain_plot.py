"""How far a change carries a trajectory off, step by step, as SVG to stand inside a page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from optimspec.conformance.explain_record import Discrepancy
from optimspec.reports.svg import drawable, log_scale, svg
from optimspec.reports.wording import number, size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLORS: Final = ("#8a63d2", "#2f7fc1", "#1b9e77", "#c58a00", "#d1495b")
"""From small epsilon to large; each keeps its contrast on white and on black."""


def discrepancy_plot(found: Discrepancy, name: str) -> Markup:
    """Return an SVG element with a line for each epsilon, both scales logarithmic.

    A zero has no place on the scale and leaves a gap. Earlier lines are wider, so that lines that
    coincide are seen to.

    Parameters
    ----------
    found
        What is drawn.
    name
        A prefix that no other drawing in the page has, for the ids inside.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        log_scale(axes, [value for curve in found.curves for value in curve.relative])
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: number(value, 4))
        for place, curve in enumerate(found.curves):
            axes.plot(
                found.steps,
                [value if drawable(value) else math.nan for value in curve.relative],
                color=_COLORS[place % len(_COLORS)],
                lw=1.3 + 0.9 * (len(found.curves) - 1 - place),
                solid_capstyle="round",
                label="" if curve.epsilon is None else f"eps = {size(curve.epsilon)}",
            )
        axes.set_xlabel("step t")
        axes.set_ylabel("relative difference")
        if len(found.curves) > 1:
            figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)

    return svg(draw, (5.4, 3.7), name)
