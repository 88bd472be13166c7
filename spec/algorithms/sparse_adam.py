"""Lazy Adam for sparse gradients: where a gradient is zero, nothing of Adam moves.

An element that gets no gradient keeps its moments and its value; the step counter, by which the
moments are corrected, runs on for all.
"""

from dataclasses import replace
from typing import Final

from sympy import Eq, Expr, Interval, Piecewise, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source
from optimspec.spec.algorithms.adam import ADAM, m, m_hat, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, t, theta


def _where_touched(variable: Variable, value: Expr) -> Expr:
    return Piecewise((variable.prev, Eq(g, 0)), (value, True))


SPARSE_ADAM: Final = Algorithm(
    name="sparse-adam",
    title="SparseAdam",
    source=Source(
        "PyTorch, torch.optim.SparseAdam",
        "Adam, masked by the gradient's non-zero elements",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.SparseAdam.html",
    ),
    names=("SparseAdam", "LazyAdam"),
    # its constructor refuses an eps of zero
    hyperparameters=(ALPHA, BETA1, BETA2, replace(EPS, domain=Interval.open(0, oo))),
    state=ADAM.state,
    equations=(
        Equation(
            m,
            _where_touched(m, beta1 * m.prev + (1 - beta1) * g),
            "biased first moment estimate, where there is a gradient",
        ),
        Equation(
            v,
            _where_touched(v, beta2 * v.prev + (1 - beta2) * g**2),
            "biased second raw moment estimate, where there is a gradient",
        ),
        Equation(m_hat, m / (1 - beta1**t), "bias-corrected first moment estimate"),
        Equation(v_hat, v / (1 - beta2**t), "bias-corrected second raw moment estimate"),
        Equation(
            theta,
            _where_touched(theta, theta.prev - alpha * m_hat / (sqrt(v_hat) + eps)),
            "update, where there is a gradient",
        ),
    ),
)
