"""The tasks there are: small models whose gradients are known exactly."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from sympy import Integer, Rational, exp, log

from optimspec.spec.algorithm import Source
from optimspec.spec.errors import UnknownName
from optimspec.spec.operations import mean
from optimspec.spec.symbols import Variable
from optimspec.spec.task import Parameter, Task

_AUTOGRAD: Final = Source(
    "PyTorch, A Gentle Introduction to torch.autograd",
    "differentiation in autograd",
    "https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html",
)
_MSE: Final = Source(
    "PyTorch, torch.nn.MSELoss",
    "the loss with reduction 'mean'",
    "https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html",
)
_CROSS_ENTROPY: Final = Source(
    "PyTorch, torch.nn.BCEWithLogitsLoss",
    "the loss with reduction 'mean'",
    "https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
)
_TEST_FUNCTIONS: Final = "Moré, Garbow & Hillstrom, Testing Unconstrained Optimization Software"
_TEST_FUNCTIONS_URL: Final = "https://doi.org/10.1145/355934.355936"

a: Final = Variable("a")
b: Final = Variable("b")

CUBIC: Final = Task(
    name="cubic",
    title="Q = 3a³ − b²",
    source=_AUTOGRAD,
    parameters=(
        Parameter("a", (a,), (1,), (Integer(2),)),
        Parameter("b", (b,), (1,), (Integer(6),)),
    ),
    loss=3 * a**3 - b**2,
)

x: Final = Variable("x")
y: Final = Variable("y")
w: Final = Variable("w")

LINEAR: Final = Task(
    name="linear",
    title="Linear regression",
    source=_MSE,
    parameters=(Parameter("weight", (w,), (1, 1)), Parameter("bias", (b,), (1,))),
    data=(x, y),
    loss=mean((w * x + b - y) ** 2),
)

x1: Final = Variable("x1")
x2: Final = Variable("x2")
w1: Final = Variable("w1")
w2: Final = Variable("w2")
_LOGIT: Final = w1 * x1 + w2 * x2 + b

# The cross-entropy of the label y with the probability 1 / (1 + exp(-z)), simplified.
LOGISTIC: Final = Task(
    name="logistic",
    title="Logistic regression",
    source=_CROSS_ENTROPY,
    parameters=(Parameter("weight", (w1, w2), (1, 2)), Parameter("bias", (b,), (1,))),
    data=(x1, x2, y),
    loss=mean(log(1 + exp(_LOGIT)) - y * _LOGIT),
)

ROSENBROCK: Final = Task(
    name="rosenbrock",
    title="Rosenbrock's function",
    source=Source(_TEST_FUNCTIONS, "problem 1", _TEST_FUNCTIONS_URL),
    parameters=(Parameter("point", (x1, x2), (2,), (Rational(-6, 5), Integer(1))),),
    loss=(10 * (x2 - x1**2)) ** 2 + (1 - x1) ** 2,
    minimum=(Integer(1), Integer(1)),
)

BEALE: Final = Task(
    name="beale",
    title="Beale's function",
    source=Source(_TEST_FUNCTIONS, "problem 5", _TEST_FUNCTIONS_URL),
    parameters=(Parameter("point", (x1, x2), (2,), (Integer(1), Integer(1))),),
    loss=(Rational(3, 2) - x1 * (1 - x2)) ** 2
    + (Rational(9, 4) - x1 * (1 - x2**2)) ** 2
    + (Rational(21, 8) - x1 * (1 - x2**3)) ** 2,
    minimum=(Integer(3), Rational(1, 2)),
)

TASKS: Final[Mapping[str, Task]] = {
    task.name: task for task in (CUBIC, LINEAR, LOGISTIC, ROSENBROCK, BEALE)
}
"""Every task by name."""


def task(name: str) -> Task:
    """The task called ``name``.

    Raises
    ------
    UnknownName
        With the nearest known name as a remedy.
    """
    found = TASKS.get(name.lower())
    if found is None:
        near = get_close_matches(name.lower(), TASKS, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(TASKS)}."
        raise UnknownName(f"There is no task called {name!r}. {hint}")
    return found
