"""Stochastic gradient descent: plain, with momentum, and with Nesterov's momentum.

All three are as PyTorch states them: the buffer ``b`` holds gradients, and the step size is
applied to what comes out of it.
"""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, MU
from optimspec.spec.symbols import Variable, alpha, g, mu, theta

b: Final = Variable("b")

_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html"
_WORK: Final = "PyTorch, torch.optim.SGD"

_BUFFER: Final = State(b, Integer(0), "momentum buffer", ("momentum_buffer", "trace"))
_GATHERED: Final = Equation(b, mu * b.prev + g, "momentum")

SGD: Final = Algorithm(
    name="sgd",
    title="SGD",
    source=Source(_WORK, "the algorithm without momentum", _DOCUMENTATION),
    hyperparameters=(ALPHA,),
    state=(),
    equations=(Equation(theta, theta.prev - alpha * g, "update"),),
)

MOMENTUM: Final = Algorithm(
    name="momentum",
    title="SGD with momentum",
    source=Source(_WORK, "the algorithm with momentum and no dampening", _DOCUMENTATION),
    hyperparameters=(ALPHA, MU),
    state=(_BUFFER,),
    equations=(_GATHERED, Equation(theta, theta.prev - alpha * b, "update")),
)

NESTEROV: Final = Algorithm(
    name="nesterov",
    title="SGD with Nesterov momentum",
    source=Source(_WORK, "the algorithm with nesterov", _DOCUMENTATION),
    hyperparameters=(ALPHA, MU),
    state=(_BUFFER,),
    equations=(
        _GATHERED,
        Equation(theta, theta.prev - alpha * (g + mu * b), "update, the momentum looked ahead"),
    ),
)
