"""Drawings as SVG elements to stand inside a page, in the page's colours and letters."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import fromstring, tostring

from markupsafe import Markup

from optimspec.reports.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#010203"
"""Stands for the page's text colour while matplotlib draws."""

_DECADES: Final = 150
"""Powers of ten shown on either side of one: matplotlib looks for ticks as far beyond again."""

# Any, since the stubs of some matplotlib releases name every key.
_STYLE: Final[Any] = {
    "svg.hashsalt": "optimspec",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}
_DECLARATION: Final = re.compile(r"([\w-]+):\s*([^;]+)")
"""A property and its value, as in an element's style."""

_UNDATED: Final = {"Creator": None, "Date": None, "Format": None, "Type": None}


def svg(draw: Callable[[Figure], None], size: tuple[float, float], name: str) -> Markup:
    """Return what ``draw`` draws as an SVG element.

    Parameters
    ----------
    draw
        Draws into a figure.
    size
        Width and height in inches.
    name
        A prefix that no other drawing in the page has, for the ids inside.
    """
    import matplotlib as mpl  # takes longer than what most commands do
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata=_UNDATED)
    return _embedded(out.getvalue(), name)


def log_scale(axes: Axes, values: Iterable[float]) -> tuple[float, float]:
    """Give ``axes`` a vertical log scale on which ``values`` fit, and return its ends."""
    shown = [value for value in values if drawable(value)] or [1.0]
    # Half a decade of margin keeps marks on the edges apart from the lines.
    low = 10.0 ** (max(math.floor(math.log10(min(shown))), -_DECADES) - 0.5)
    high = 10.0 ** (min(math.ceil(math.log10(max(shown))), _DECADES) + 0.5)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))
    axes.yaxis.minorticks_off()
    axes.grid(axis="y", linewidth=0.4, alpha=0.2, color=INK)
    return low, high


def drawable(value: float) -> bool:
    """Whether ``value`` has a place on a log scale."""
    return value > 0 and math.isfinite(value)


def _embedded(svg: str, name: str) -> Markup:
    """Return a document's drawing to stand inside a page, which allows no styles in elements."""
    root = fromstring(svg)
    for element in root.iter():
        element.tag = _local(element.tag)
        # Inside a page, the drawing's style sheet would apply to everything.
        for sheet in element.findall("{*}style"):
            element.remove(sheet)
        given = {_local(key): value for key, value in element.attrib.items()}
        given |= _DECLARATION.findall(given.pop("style", ""))
        element.attrib = {key: _own(key, value, name) for key, value in given.items()}
    return Markup(tostring(root, encoding="unicode"))


def _local(name: str) -> str:
    """A name without its namespace, which HTML knows."""
    return name.rpartition("}")[2]


def _own(key: str, value: str, name: str) -> str:
    """An attribute's value in the page's colour, with the ids in it made the drawing's own."""
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return f"#{name}-{value.removeprefix('#')}"
    return value.replace("url(#", f"url(#{name}-").replace(INK, "currentColor")
