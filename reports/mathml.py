"""LaTeX as MathML, for text that may come from anybody's file."""

from __future__ import annotations

from html import unescape
from typing import Final
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

_ATTRIBUTES: Final = frozenset(
    {"display", "xmlns", "mathvariant", "stretchy", "fence", "form", "accent", "movablelimits"}
)
_LONGEST: Final = 10_000
"""Characters of a formula that is converted: the longest of the catalogue have hundreds."""

_DEFINITIONS: Final = ("\\def", "\\newcommand", "\\renewcommand", "\\let")


def mathml(latex: str) -> Markup:
    """Return ``latex`` as a MathML element, or as code if it isn't LaTeX that can be shown.

    The converter's own text output undoes the escaping of what it was given, and links and styles
    pass through it; therefore its tree is taken, and stripped.
    """
    try:
        # A definition that doubles itself would never end.
        if len(latex) > _LONGEST or any(word in latex for word in _DEFINITIONS):
            raise ValueError(latex)
        tree = convert_to_element(latex, display="block")
        for element in tree.iter():
            _strip(element)
        tree.attrib.update(display="inline", displaystyle="true")
        return Markup(tostring(tree, encoding="unicode"))
    except Exception:  # the converter's exceptions have no base class of their own
        return Markup("<code>{}</code>").format(latex)


def _strip(element: Element) -> None:
    # The converter writes entities into the tree as text.
    element.text = unescape(element.text or "")
    element.tail = unescape(element.tail or "")
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
