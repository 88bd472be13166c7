"""LaTeX becomes MathML, and nothing else."""

from xml.etree.ElementTree import fromstring

import pytest

from optimspec.reports.mathml import mathml
from optimspec.spec import ALGORITHMS
from optimspec.spec.typeset import equation_latex


@pytest.mark.parametrize("equation", ALGORITHMS["adam"].equations, ids=lambda e: str(e.lhs))
def test_equations_are_mathml(equation) -> None:
    """Every equation of Adam is a well-formed MathML element."""
    tree = fromstring(mathml(equation_latex(equation)))

    assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert "=" in "".join(tree.itertext())


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{badge}{x}",
        r"\color{red' onload='alert(1)}{x}",
        "<img src=x onerror=alert(1)>",
        "&lt;script&gt;",
    ],
)
def test_hostile_latex(latex: str) -> None:
    """No element or attribute other than MathML's own comes from LaTeX."""
    tree = fromstring(mathml(latex))

    for element in tree.iter():
        assert element.tag.startswith("{http://www.w3.org/1998/Math/MathML}")
        assert not set(element.attrib) & {"href", "style", "class", "mathcolor", "onload"}


@pytest.mark.parametrize("latex", [r"\frac{", "", r"\left(", "{" * 5000, r"\def\a{\a\a}\a", "<b>{"])
def test_not_latex(latex: str) -> None:
    """What cannot be converted is shown as it is, as escaped code."""
    shown = mathml(latex)

    assert shown.startswith("<code>")
    assert "<b>" not in shown
