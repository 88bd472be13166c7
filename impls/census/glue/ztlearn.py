"""Optimizers of ztlearn, as its layers call them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from optimspec.impls.census.glue.held import Array

_optimizers: Any = import_module("ztlearn.optimizers")


def _updated(name: str, theta: Array, grad: Array, t: int, **settings: float) -> Array:
    """The weights after batch ``t`` of the first epoch, whose learning rate is not decayed yet."""
    registered = _optimizers.register_opt(optimizer_name=name, **settings)
    update = _optimizers.OptimizationFunction(registered).update
    after: Array = update(np.array(theta), grad, 1, t, 1)
    return after


def sgd_momentum(
    theta: Array, grad: Array, t: int, lr: float = 0.01, momentum: float = 0.1
) -> Array:
    """Step by ``sgd_momentum``."""
    return _updated("sgd_momentum", theta, grad, t, lr=lr, momentum=momentum)


def rmsprop(
    theta: Array, grad: Array, t: int, lr: float = 0.001, rho: float = 0.9, epsilon: float = 1e-6
) -> Array:
    """Step by ``rmsprop``."""
    return _updated("rmsprop", theta, grad, t, lr=lr, rho=rho, epsilon=epsilon)


def adam(
    theta: Array,
    grad: Array,
    t: int,
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> Array:
    """Step by ``adam``."""
    return _updated("adam", theta, grad, t, lr=lr, beta1=beta1, beta2=beta2, epsilon=epsilon)
