"""Muon: momentum whose singular values are brought near 1 by five Newton-Schulz steps.

The momentum is an average, as in its author's code and PyTorch's; the sums that the post and
PyTorch's documentation state are multiples of it, and what divides by the norm forgets the factor.
A step of Newton and Schulz is the same for a matrix and its transpose, so that no equation asks
which side is longer.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Final

from sympy import Expr, Integer, Interval, Max, Reals, Symbol, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, MU, WEIGHT_DECAY, Hyperparameter
from optimspec.spec.operations import matmul, norm, transpose
from optimspec.spec.symbols import Variable, alpha, columns, g, lam, mu, rows, theta

m: Final = Variable("m")
u: Final = Variable("u")
x: Final = tuple(Variable(f"x{k}") for k in range(6))
"""The update divided by its norm, and what each of the five steps makes of it."""

eps0: Final = Symbol("epsilon0", nonnegative=True)
first: Final = Symbol("a_ns", positive=True)
third: Final = Symbol("b_ns", negative=True)
fifth: Final = Symbol("c_ns", positive=True)

POST: Final = Source(
    "Jordan et al., Muon: An optimizer for hidden layers in neural networks (2024), with the "
    "weight decay and the scale of its code",
    "the definition of Muon, and the function newtonschulz5",
    "https://kellerjordan.github.io/posts/muon/",
)


def quintic(matrix: Expr) -> Expr:
    """One step: a x + b x x^T x + c (x x^T)^2 x."""
    gram = matmul(matrix, transpose(matrix))
    return first * matrix + matmul(third * gram + fifth * matmul(gram, gram), matrix)


def _coefficient(symbol: Symbol, default: str, power: str, index: int) -> Hyperparameter:
    return Hyperparameter(
        symbol, default, Reals, f"coefficient of the {power} power of the singular values",
        keys=(f"ns_{symbol.name}",), pair=("ns_coefficients", index),
    )  # fmt: skip


MUON: Final = Algorithm(
    name="muon",
    title="Muon",
    source=POST,
    names=("Muon",),
    hyperparameters=(
        replace(ALPHA, default="0.001"),
        replace(MU, default="0.95", domain=Interval.Ropen(0, 1)),
        # Five steps multiply small singular values by 485, and their rounding too. In bfloat16, in
        # which Muon usually runs them, the formula shows only where updates are far below eps.
        Hyperparameter(
            eps0, "1e-7", Interval(0, oo), "keeps the norm from zero",
            usual="1024", tried=("1024", "1", "1e-7"), exact="64", changed="1e-7", keys=("eps",),
        ),
        replace(WEIGHT_DECAY, default="0.1"),
        _coefficient(first, "3.4445", "first", 0),
        _coefficient(third, "-4.7750", "third", 1),
        _coefficient(fifth, "2.0315", "fifth", 2),
    ),
    state=(State(m, Integer(0), "momentum", ("momentum_buffer",)),),
    equations=(
        Equation(m, mu * m.prev + (1 - mu) * g, "momentum"),
        Equation(u, mu * m + (1 - mu) * g, "momentum, looked ahead"),
        Equation(x[0], u / (norm(u) + eps0), "update of Frobenius norm 1"),
        *(Equation(after, quintic(before), "Newton-Schulz step") for before, after in pairwise(x)),
        Equation(
            theta,
            (1 - alpha * lam) * theta.prev - alpha * sqrt(Max(1, rows / columns)) * x[5],
            "update",
        ),
    ),
)  # fmt: skip
