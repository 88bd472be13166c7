"""Teaching libraries whose optimizers step a whole model."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from typing import Any

import numpy as np

from optimspec.impls.census.glue.held import (
    Array,
    Holder,
    Library,
    over_holders,
)


def _neuralflow(data: Array) -> Holder:
    grads = {"dw": np.zeros_like(data)}
    return Holder(
        parameter=OrderedDict(weight=data),
        get_gradient=lambda: grads,
        grads=grads,
        differentiable=True,
        tied=False,
    )


def _neuralflow_run(made: Any, layers: list[Any]) -> None:  # noqa: ANN401
    network = {str(number): layer for number, layer in enumerate(layers)}
    made.update(Holder(sequence=list(network), network=network))


neuralflow_cpu = Library(
    "neuralflow.optimizer",
    lambda kind: over_holders(
        kind,
        _neuralflow,
        give=lambda layer, given: layer.grads.update(dw=given),
        value=lambda layer: layer.parameter["weight"],
        given=None,
        run=_neuralflow_run,
    ),
)


def _edunn_run(made: Any, held: list[Any]) -> None:  # noqa: ANN401
    parameters = {str(number): one.data for number, one in enumerate(held)}
    model = Holder(get_parameters=lambda: parameters)
    made.optimize_batch(model, {str(number): one.grad for number, one in enumerate(held)}, 0, 0)


edunn = Library(
    "edunn.optimizer",
    lambda kind: over_holders(
        kind,
        given=None,
        run=_edunn_run,
        names={"gamma": "momentum"},
        fixed={"batch_size": 1, "epochs": 1},
    ),
)


def _blocknn_layer(data: Array) -> Holder:
    none = np.zeros(1, data.dtype)
    params, grad = {"W": data, "b": none}, {"W": np.zeros_like(data), "b": none}
    return Holder(id=id(data), params=params, grad=grad, trainable=True)


def _blocknn(kind: Any) -> type:  # noqa: ANN401
    """Make the optimizer one that has the learning rate, which a model gives it at each step."""

    def begin(self: Any, lr: float = 0.01, **settings: object) -> None:  # noqa: ANN401
        kind.__init__(self, **settings)
        self.lr = lr

    def run(made: Any, layers: list[Any]) -> None:  # noqa: ANN401
        kind.step(made, model=Holder(layers=layers), X=None, y=None, lr=made.lr, epoch=1)

    signature = _with_rate(kind)
    rated = type(kind.__name__, (kind,), {"__init__": begin, "__signature__": signature})
    return over_holders(
        rated,
        _blocknn_layer,
        give=lambda layer, given: layer.grad.update(W=given),
        value=lambda layer: layer.params["W"],
        given=None,
        run=run,
        names={"beta": "rho" if kind.__name__ == "RMSProp" else "momentum"},
    )


def _with_rate(kind: Any) -> Any:  # noqa: ANN401
    rate = inspect.Parameter("lr", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=0.01)
    return inspect.Signature([rate, *inspect.signature(kind).parameters.values()])


blocknn = Library("blocknn.optimizers", _blocknn)
