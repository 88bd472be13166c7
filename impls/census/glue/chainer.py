"""Optimizers of Chainer, and climin's."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import Array, Holder, Library


def _parameter(data: Array) -> Any:  # noqa: ANN401
    return import_module("chainer").Parameter(data)


def _set_up(kind: Any, parameters: list[Any], settings: dict[str, object]) -> Any:  # noqa: ANN401
    link = import_module("chainer").Link()
    with link.init_scope():
        for number, parameter in enumerate(parameters):
            setattr(link, f"p{number}", parameter)
    return kind(**settings).setup(link)


def _update(made: Any, parameters: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    made.update()


def _chainer(kind: Any) -> type:  # noqa: ANN401
    rate = "alpha" if hasattr(kind, "alpha") else "lr"
    names = {"eta": "schedule_multiplier", "weight_decay_rate": "weight_decay"}
    if kind.__name__.startswith("RMSprop"):
        names["alpha"] = "rho"
        rate = "lr"
    return over_variables(
        kind,
        hold=_parameter,
        make=_set_up,
        step=_update,
        value=lambda parameter: np.asarray(parameter.array),
        set_rate=None
        if kind.__name__ == "AdaDelta"
        else lambda made, value: setattr(made, rate, value),
        omitted=("model",),
        names=names,
        rate=rate,
    )


chainer = Library("chainer.optimizers", _chainer)


def _minimize(kind: Any, held: list[Any], settings: dict[str, object]) -> list[Any]:  # noqa: ANN401
    """Begin climin's loop over each array, which asks for a gradient at every turn."""
    for one in held:
        one.optimizer = kind(one.data, lambda *_, own=one: own.gradient, **settings)
        one.turns = iter(one.optimizer)
    return held


def _turn(_: Any, held: list[Any], gradients: Sequence[Array | None]) -> None:  # noqa: ANN401
    for one, gradient in zip(held, gradients, strict=True):
        one.gradient = gradient
        next(one.turns)


def _set_step_rate(held: list[Any], rate: float) -> None:
    for one in held:
        one.optimizer.step_rate = rate


climin = Library(
    "climin",
    lambda kind: over_variables(
        kind,
        hold=lambda data: Holder(data=data, gradient=None),
        make=_minimize,
        step=_turn,
        value=lambda one: np.asarray(one.optimizer.wrt),
        set_rate=None if kind.__name__ == "Rprop" else _set_step_rate,
        omitted=("wrt", "fprime", "args"),
        names={
            "step_rate": "lr",
            "offset": "eps",
            "step_shrink": "etaminus",
            "step_grow": "etaplus",
        }
        | {"decay": "lambda_decay" if kind.__name__ == "Adam" else "rho"},
        rate="lr",
    ),
)
