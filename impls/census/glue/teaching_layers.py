"""Teaching libraries whose optimizers step layers, with weights, biases and their gradients.

Each array is the weights of a layer of its own, whose bias is one zero with no gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from optimspec.impls.census.glue.held import Array, Holder, Library, over_holders


def _layer(weights: str, gradient: str, bias: str, bias_gradient: str, **more: object) -> Any:  # noqa: ANN401
    """How a library's layers call their arrays, for :func:`_over_layers`."""

    def hold(data: Array) -> Holder:
        bare = {bias: np.zeros(1, data.dtype), bias_gradient: np.zeros(1, data.dtype)}
        return Holder(**{weights: data, gradient: np.zeros_like(data)}, **bare, **more)

    return hold, weights, gradient


def _over_layers(
    kind: Any,  # noqa: ANN401
    layer: Any,  # noqa: ANN401
    run: Callable[[Any, list[Any]], object],
    **more: Any,  # noqa: ANN401
) -> type:
    hold, weights, gradient = layer
    return over_holders(
        kind,
        hold,
        give=lambda one, given: setattr(one, gradient, given),
        value=lambda one: getattr(one, weights),
        run=run,
        **({"given": None} | more),
    )


_NNFS = _layer("weights", "dweights", "biases", "dbiases", type="Dense")


def _take_rate(made: Any) -> None:  # noqa: ANN401
    """Let a new learning rate act, which libraries after "nnfs" copy when they are made."""
    if hasattr(made, "current_learning_rate"):
        made.current_learning_rate = made.learning_rate


def _in_turn(before: str, update: str, after: str = "") -> Callable[[Any], Any]:
    """A step is a call before the layers, one for each of them, and one after them."""

    def of(kind: Any) -> Any:  # noqa: ANN401
        def run(made: Any, layers: list[Any]) -> None:  # noqa: ANN401
            _take_rate(made)
            getattr(kind, before)(made)
            for layer in layers:
                getattr(kind, update)(made, layer)
            if after:
                getattr(kind, after)(made)

        return run

    return of


_RONET = _in_turn("pre_update_params", "update_params", "post_update_params")
ronet = Library(
    "ronet.optimizers",
    lambda kind: _over_layers(kind, _NNFS, _RONET(kind), fixed={"decay": 0.0}),
)
_VANILLANETS = _in_turn("pre_update_lr", "update_params", "post_update_params")
vanillanets = Library(
    "vanillanets.optimizers",
    lambda kind: _over_layers(kind, _NNFS, _VANILLANETS(kind), fixed={"decay": 0.0}),
)
_NNFS_IMPLEMENTATION = _in_turn("pre_update", "update", "post_update")
nnfs_implementation = Library(
    "nnfs.optimizers",
    lambda kind: _over_layers(
        kind,
        _layer("weights", "dw", "biases", "db"),
        _NNFS_IMPLEMENTATION(kind),
        names={"beta": "momentum"},
    ),
)
_PYNNET = _in_turn("step", "update")
pynnet = Library(
    "pynnet.optimizer",
    lambda kind: _over_layers(
        kind,
        _layer("weights", "weights_gradient", "biases", "biases_gradient"),
        _PYNNET(kind),
    ),
)


def _tinynn_py(made: Any, _: list[Any]) -> None:  # noqa: ANN401
    _take_rate(made)
    made.update_parameters()


tinynn_py = Library(
    "tinynn.optimizers",
    lambda kind: _over_layers(
        kind,
        _NNFS,
        _tinynn_py,
        given=list,
        fixed={"decay_rate": None},
    ),
)


def _over_named(
    kind: Any,  # noqa: ANN401
    hold: Callable[[Array], Any],
    run: Callable[[Any, list[Any]], object],
    **more: Any,  # noqa: ANN401
) -> type:
    """Over layers that name their arrays, of which "weight" is the only one."""
    return over_holders(
        kind,
        hold,
        give=lambda layer, given: layer.grads.update(weight=given),
        value=lambda layer: layer.params["weight"],
        given=None,
        run=run,
        **more,
    )


def _named(data: Array) -> Holder:
    return Holder(params={"weight": data}, grads={"weight": np.zeros_like(data)}, trainable=True)


neutro = Library(
    "neutro.optimizers",
    lambda kind: _over_named(kind, _named, kind.step),
)


def _mpneuralnetwork(kind: Any) -> Any:  # noqa: ANN401
    def run(made: Any, layers: list[Any]) -> None:  # noqa: ANN401
        whole = [
            Holder(params={"weight": (one.params["weight"], one.grads["weight"])}) for one in layers
        ]
        kind.step(made, whole)

    return run


def _narrow(data: Array) -> Holder:
    """Hold an array as mpneuralnetwork's layers do, in float32."""
    return _named(data.astype(np.float32))


mpneuralnetwork = Library(
    "mpneuralnetwork.optimizers",
    lambda kind: _over_named(kind, _narrow, _mpneuralnetwork(kind)),
)
