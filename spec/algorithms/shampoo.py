"""Shampoo: gradients multiplied by inverse roots of the sums of their own products."""

from dataclasses import replace
from typing import Final

from sympy import Interval, oo

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, EPS
from optimspec.spec.operations import identity, inverse_root, matmul, transpose
from optimspec.spec.symbols import Variable, alpha, columns, eps, g, rows, theta

L: Final = Variable("L")
R: Final = Variable("R")

PAPER: Final = Source(
    "Gupta, Koren & Singer, Shampoo: Preconditioned Stochastic Tensor Optimization, "
    "arXiv:1802.09568v2",
    "Algorithm 1, for matrices",
    "https://arxiv.org/abs/1802.09568v2",
)

# The defaults are those of the authors' code, tf.contrib.opt.ShampooOptimizer; the paper has none.
# Without eps a sum of fewer products than it has rows has no inverse.
SHAMPOO: Final = Algorithm(
    name="shampoo",
    title="Shampoo",
    source=PAPER,
    names=("Shampoo",),
    hyperparameters=(
        replace(ALPHA, default="1"),
        replace(
            EPS, default="1e-4", domain=Interval.open(0, oo), meaning="what both sums start at"
        ),
    ),
    state=(
        State(L, eps * identity(rows), "sum of products of rows", ("precond_0",)),
        State(R, eps * identity(columns), "sum of products of columns", ("precond_1",)),
    ),
    equations=(
        Equation(L, L.prev + matmul(g, transpose(g)), "sum of g g^T, preconditioner of the rows"),
        Equation(R, R.prev + matmul(transpose(g), g), "sum of g^T g, that of the columns"),
        Equation(
            theta,
            theta.prev - alpha * matmul(matmul(inverse_root(L, 4), g), inverse_root(R, 4)),
            "update",
        ),
    ),
)  # fmt: skip
