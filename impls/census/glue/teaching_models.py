"""Teaching libraries whose optimizers are given the parameters after they are made."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimspec.impls.census.glue.held import Array, Holder, Library, over_holders
from optimspec.impls.census.glue.teaching_tensors import tensor, wrapping


def _dougnet_run(kind: Any) -> Any:  # noqa: ANN401
    def run(made: Any, nodes: list[Any]) -> None:  # noqa: ANN401
        made.graph.grads_.update({node: node.grad for node in nodes})
        kind.step(made)

    return run


def _dougnet_node(data: Array) -> Holder:
    return Holder(output=data, shape=data.shape, dtype=data.dtype, grad=np.zeros_like(data))


dougnet = Library(
    "dougnet.optim",
    lambda kind: over_holders(
        kind,
        _dougnet_node,
        value=lambda node: node.output,
        given=lambda nodes: Holder(parameters=nodes, grads_={}),
        run=_dougnet_run(kind),
        names={"eta": "lr"},
        fixed={"params": None},
    ),
)
dezero = Library(
    "dezero.optimizers",
    lambda kind: over_holders(
        kind,
        tensor("dezero:Parameter"),
        give=wrapping("dezero:Variable"),
        given=None,
        run=lambda made, held: made.setup(Holder(params=lambda: held)).update(),
    ),
)
marquetry = Library(
    "marquetry.optimizers",
    lambda kind: over_holders(
        kind,
        tensor("marquetry:Parameter"),
        give=wrapping("marquetry:Container"),
        given=None,
        run=lambda made, held: made.prepare(Holder(params=lambda: held)).update(),
        names={"first_decay": "beta1", "second_decay": "beta2"}
        | ({"decay": "momentum"} if kind.__name__ == "MomentumSGD" else {}),
    ),
)
smallpebble = Library(
    "smallpebble.smallpebble",
    lambda kind: over_holders(
        kind,
        tensor("smallpebble.smallpebble:Variable"),
        value=lambda variable: variable.array,
        given=None,
        run=lambda made, held: made.training_step(held, {one: one.grad for one in held}),
    ),
)
picodl = Library(
    "picodl.optim",
    lambda kind: over_holders(
        kind,
        tensor("picodl.tensor:Tensor", requires_grad=True),
        given=None,
        run=lambda made, held: kind.step(made, Holder(params=lambda: held)),
    ),
)
vulpex = Library(
    "vulpex.optimizers",
    lambda kind: over_holders(
        kind,
        given=None,
        run=kind.step,
        names={"beta": "rho" if kind.__name__ == "RMSProp" else "momentum"},
    ),
)


def _euclid_run(kind: Any) -> Any:  # noqa: ANN401
    def run(made: Any, held: list[Any]) -> None:  # noqa: ANN401
        made.set_parameters(held)
        kind.step(made)

    return run


euclid_ml = Library(
    "euclid.learning.optimizers",
    lambda kind: over_holders(kind, given=None, run=_euclid_run(kind), names={"beta": "rho"}),
)
