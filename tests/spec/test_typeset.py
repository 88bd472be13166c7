"""Equations are typeset as their papers print them."""

import pytest
import sympy

from optimspec.spec import ALGORITHMS, EDITS, edits_of
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.errors import EditDoesNotApply
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, lam, t, theta
from optimspec.spec.typeset import equation_latex, latex, symbol

m, u, v_hat = Variable("m"), Variable("u"), Variable("v_hat")


def test_adam() -> None:
    """Adam reads as Algorithm 1 of its paper."""
    assert [equation_latex(e) for e in ADAM.equations] == [
        r"m_{t} = \beta_{1} m_{t-1} + \left(1 - \beta_{1}\right) g_{t}",
        r"v_{t} = \beta_{2} v_{t-1} + \left(1 - \beta_{2}\right) g_{t}^{2}",
        r"\hat{m}_{t} = \frac{m_{t}}{1 - \beta_{1}^{t}}",
        r"\hat{v}_{t} = \frac{v_{t}}{1 - \beta_{2}^{t}}",
        r"\theta_{t} = \theta_{t-1} - \frac{\alpha \hat{m}_{t}}{\sqrt{\hat{v}_{t}} + \epsilon}",
    ]


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        ("l2-weight-decay", r"\tilde{g}_{t} = g_{t} + \lambda \theta_{t-1}"),
        (
            "l2-weight-decay",
            r"v_{t} = \beta_{2} v_{t-1} + \left(1 - \beta_{2}\right) \tilde{g}_{t}^{2}",
        ),
        ("maximize", r"m_{t} = \beta_{1} m_{t-1} - \left(1 - \beta_{1}\right) g_{t}"),
        ("first-moment-unscaled", r"m_{t} = \beta_{1} m_{t-1} + g_{t}"),
        ("bias-correction-twice-complemented", r"\hat{m}_{t} = \frac{m_{t}}{\beta_{1}^{t}}"),
        ("step-starts-at-two", r"\hat{m}_{t} = \frac{m_{t}}{1 - \beta_{1}^{t + 1}}"),
        (
            "decoupled-weight-decay",
            r"\theta_{t} = \left(1 - \alpha \lambda\right) \theta_{t-1}"
            r" - \frac{\alpha \hat{m}_{t}}{\sqrt{\hat{v}_{t}} + \epsilon}",
        ),
    ],
)
def test_edited(edit: str, line: str) -> None:
    """An edited equation keeps the order of the paper's."""
    assert line in [equation_latex(e) for e in ADAM.edited(EDITS[edit]).equations]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (t - 2, "t - 2"),
        (t + 1, "t + 1"),
        (1 - alpha * lam, r"1 - \alpha \lambda"),
        (eps + sympy.sqrt(v_hat), r"\sqrt{\hat{v}_{t}} + \epsilon"),
        (theta.prev - alpha * g, r"\theta_{t-1} - \alpha g_{t}"),
        (u + lam * theta.prev, r"u_{t} + \lambda \theta_{t-1}"),
        (-g, "- g_{t}"),
        (g / 2, r"\frac{g_{t}}{2}"),
        (1 / sympy.sqrt(1 - beta2), r"\frac{1}{\sqrt{1 - \beta_{2}}}"),
        (sympy.Mul(-1, g - m, evaluate=False), r"- \left(g_{t} - m_{t}\right)"),
        (sympy.sign(m) * beta1, r"\beta_{1} \operatorname{sign}{\left(m_{t} \right)}"),
    ],
)
def test_order(expression: sympy.Expr, expected: str) -> None:
    """Terms and factors stand in the order in which papers write them."""
    assert latex(expression) == expected


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (Variable("v_max"), r"v^{\text{max}}_{t}"),
        (Variable("v_hat_max").prev, r"\hat{v}^{\text{max}}_{t-1}"),
        (Variable("m1"), "m_{1,t}"),
        (beta1, r"\beta_{1}"),
        (sympy.Symbol("x^2"), "x^{2}"),
    ],
)
def test_symbol(of: sympy.Symbol, expected: str) -> None:
    """A symbol carries its accent, its index and its step."""
    assert symbol(of) == expected


@pytest.mark.parametrize("name", ALGORITHMS)
def test_balanced(name: str) -> None:
    """Every equation that the catalogue can make has its brackets in pairs."""
    algorithm = ALGORITHMS[name]
    for edit in edits_of(algorithm):
        try:
            edited = algorithm.edited(edit)
        except EditDoesNotApply:
            continue
        for line in map(equation_latex, edited.equations):
            assert line.count("{") == line.count("}")
            assert line.count(r"\left") == line.count(r"\right")
