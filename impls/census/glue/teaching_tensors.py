"""Teaching libraries whose optimizers have a list of tensors, each with its gradient."""

from __future__ import annotations

from collections import OrderedDict
from importlib import import_module
from typing import Any

from optimspec.impls.census.glue.held import (
    Array,
    Holder,
    Library,
    held,
    over_holders,
)


def tensor(name: str, **keywords: object) -> Any:  # noqa: ANN401
    """What makes a tensor of the class ``package.module:Name``, of an array."""
    module, _, kind = name.partition(":")
    return lambda data: getattr(import_module(module), kind)(data, **keywords)


def wrapping(name: str) -> Any:  # noqa: ANN401
    """What gives a gradient as a tensor of the class ``package.module:Name``."""
    wrap = tensor(name)

    def give(tensor: Any, gradient: Array) -> None:  # noqa: ANN401
        tensor.grad = wrap(gradient)

    return give


def _pydynet(data: Array) -> object:
    return import_module("pydynet").Tensor(data, dtype=data.dtype, requires_grad=True)


pydynet = Library("pydynet.optim", lambda kind: over_holders(kind, _pydynet))
puretorch = Library(
    "puretorch.optim",
    lambda kind: over_holders(kind, tensor("puretorch:Tensor", requires_grad=True)),
)
minitorchbr = Library(
    "MiniTorch.optim",
    lambda kind: over_holders(
        kind,
        tensor("MiniTorch.core.variable:Variable"),
        give=wrapping("MiniTorch.core.variable:Variable"),
    ),
)


def _forgenn(kind: Any) -> type:  # noqa: ANN401
    """Make AdamW's attribute ``weight_decay``, which is its base class's and zero, no setting."""
    if kind.__name__ == "AdamW":
        nothing = property(lambda _: 0.0, lambda *_: None)
        kind = type(kind.__name__, (kind,), {"weight_decay": nothing})
    return over_holders(kind, tensor("forgeNN.core.tensor:Tensor"))


forgenn = Library("forgeNN.optimizers", _forgenn)
neograd = Library(
    "neograd.nn.optim",
    lambda kind: over_holders(
        kind,
        tensor("neograd.autograd.tensor:Tensor", requires_grad=True),
        names={"beta": "rho" if kind.__name__ == "RMSProp" else "momentum"},
    ),
)


def _nnetflow(kind: Any) -> type:  # noqa: ANN401
    """Let NumPy read the library's tensors, in which its optimizers keep their averages."""
    import_module("nnetflow.engine").Tensor.__array__ = lambda self, *_, **__: self.data
    return over_holders(kind, tensor("nnetflow.engine:Tensor", requires_grad=True))


nnetflow = Library("nnetflow.optim", _nnetflow)
gradipy = Library(
    "gradipy.nn.optim", lambda kind: over_holders(kind, tensor("gradipy.tensor:Tensor"))
)
mayini = Library(
    "mayini.optim", lambda kind: over_holders(kind, tensor("mayini:Tensor", requires_grad=True))
)
minigrad = Library(
    "minigrad.optim",
    lambda kind: over_holders(kind, _minigrad_tensor),
)
mangograd = Library("mangograd.optim", over_holders)
ym_pure_ml = Library(
    "pureml.optimizers",
    lambda kind: over_holders(
        kind, names={"delta": "eps", "beta": "rho" if kind.__name__ == "RMSProp" else "momentum"}
    ),
)
neurograd = Library(
    "neurograd.optim",
    lambda kind: over_holders(
        kind,
        tensor("neurograd:Tensor", requires_grad=True),
        given=lambda tensors: [(str(i), tensor) for i, tensor in enumerate(tensors)],
        names={"beta": "rho" if kind.__name__ == "RMSprop" else "momentum"},
    ),
)
torchy_nn = Library(
    "torchy.optimizers.optim",
    lambda kind: over_holders(kind, given=lambda held: {str(i): one for i, one in enumerate(held)}),
)
py_sadl = Library(
    "sadl.optimizer",
    lambda kind: over_holders(
        kind,
        tensor("sadl:Parameter"),
        given=lambda held: OrderedDict((str(i), one) for i, one in enumerate(held)),
    ),
)


def _minigrad_tensor(data: Array) -> object:
    return import_module("minigrad").Tensor(data, dtype=data.dtype, requires_grad=True)


def _give_into(holder: Any, gradient: Array | None) -> None:  # noqa: ANN401
    """Write a gradient where the optimizer has looked up its place for good."""
    holder.grad[...] = 0 if gradient is None else gradient


npnet = Library(
    "npnet.optimizers",
    lambda kind: over_holders(
        kind,
        give=_give_into,
        given=lambda held: {
            i: {"vars": {"w": one.data}, "grads": {"w": one.grad}} for i, one in enumerate(held)
        },
    ),
)
knoxtinytorch = Library(
    "tinytorch.optimizers",
    lambda kind: over_holders(
        kind,
        given=lambda held: [(one, "data", "grad") for one in held],
        names={"beta": "rho" if kind.__name__ == "RMSProp" else "momentum"},
    ),
)


xshinnosuke = Library(
    "xs.optim",
    lambda kind: over_holders(
        kind,
        lambda x: held(x, eval=x, requires_grad=True),
        give=lambda one, gradient: setattr(one, "grad", Holder(eval=gradient)),
        value=lambda one: one.eval,
        names={"rho": "momentum"} if kind.__name__ == "Momentum" else {},
    ),
)
