"""Paths of training runs over a surface, as SVG to stand inside a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from optimspec.conformance.train_record import Surface, TrainingRecord
from optimspec.reports.svg import INK, svg
from optimspec.reports.train_plot import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEVELS: Final = 14
"""Contour lines."""


def surface_plot(found: TrainingRecord, surface: Surface, name: str) -> Markup:
    """Return an SVG element of the surface's contour lines with every run's path."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        _contours(axes, surface)
        for place, run in enumerate(found.runs):
            hue, dash = style(place)
            x, y = _inside(run.path, surface)
            axes.plot(x, y, color=hue, ls=dash, lw=1.5, alpha=0.9)
            axes.plot(x[-1:], y[-1:], "o", color=hue, ms=5)
        axes.plot(*found.runs[0].path[0], "o", mfc="none", mec=INK, ms=9, mew=1.2)
        if surface.minimum:
            axes.plot(*surface.minimum, "*", color=INK, ms=12)
        axes.set_xlim(surface.x[0], surface.x[-1])
        axes.set_ylim(surface.y[0], surface.y[-1])
        axes.set_xlabel(surface.axes[0])
        axes.set_ylabel(surface.axes[1])

    return svg(draw, (6.4, 5.2), name)


def _contours(axes: Axes, surface: Surface) -> None:
    """Contour lines at heights that grow by a constant factor, lower ground darker."""
    from matplotlib.colors import to_rgba  # takes longer than what most commands do

    heights = np.array(surface.loss)
    low, high = np.quantile(heights, 0.002), heights.max()
    levels = np.geomspace(max(low, high * 1e-6), high, _LEVELS)
    tints = [to_rgba(INK, alpha) for alpha in np.linspace(0.2, 0, _LEVELS)]
    axes.contourf(surface.x, surface.y, heights, levels=[-1.0, *levels], colors=tints)
    axes.contour(
        surface.x, surface.y, heights, levels=levels, colors=INK, linewidths=0.4, alpha=0.3
    )


def _inside(path: Sequence[Sequence[float]], surface: Surface) -> tuple[list[float], list[float]]:
    """A path up to where it leaves the neighbourhood of the map."""
    x, y = [], []
    width, height = surface.x[-1] - surface.x[0], surface.y[-1] - surface.y[0]
    for a, b in path:
        if not (
            surface.x[0] - width < a < surface.x[-1] + width
            and surface.y[0] - height < b < surface.y[-1] + height
        ):
            break
        x.append(a)
        y.append(b)
    return x, y
