"""Optimizers of JAX's examples and of NumPyro, which keep the parameters in their state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from jax.example_libraries import optimizers
from numpyro import optim

from optimspec.impls.adapters import jax_arrays, numpy_optimizer
from optimspec.impls.adapters.adapted import Adapted

Schedule = Callable[[int], float]
Make = Callable[..., Any]
Settings = Callable[..., "Stepped"]


class Stepped:
    """A triple ``(init, update, get_params)`` at work; its step size is a schedule of ``lr``."""

    def __init__(self, lr: float, make: Callable[[Schedule], Any]) -> None:
        self.lr = lr
        self._init, self._update, self._parameters = make(lambda _: self.lr)
        self._state: Any = None
        self._count = 0

    def update(self, params: list[Any], grads: list[Any]) -> list[Any]:
        """Give the parameters after one more step."""
        with jax_arrays.precision(params[0].dtype.name):
            if self._state is None:
                self._state = self._init(params)
            self._state = self._update(self._count, grads, self._state)
            self._count += 1
            return [np.asarray(array) for array in self._parameters(self._state)]


class _Flushing:
    """The functions of this module as targets whose subnormal numbers are those of JAX: zero."""

    def __getattr__(self, name: str) -> Adapted:
        made = numpy_optimizer.adapt(globals().get(name), {}, f"{__name__}:{name}")
        if made is None:
            raise AttributeError(name)
        return replace(made, capabilities=replace(made.capabilities, flushed=jax_arrays.flushed()))


flushing: Final = _Flushing()


def _triple(cls: Make) -> Make:
    """A class of NumPyro, which counts steps itself, as what returns a triple."""

    def make(*settings: object) -> Any:  # noqa: ANN401
        made = cls(*settings)
        return made.init, lambda _, grads, state: made.update(grads, state), made.get_params

    return make


def _sgd(make: Make) -> Settings:
    def sgd(lr: float) -> Stepped:
        return Stepped(lr, make)

    return sgd


def _momentum(make: Make) -> Settings:
    def momentum(lr: float, momentum: float) -> Stepped:
        return Stepped(lr, lambda schedule: make(schedule, momentum))

    return momentum


def _adagrad(make: Make) -> Settings:
    def adagrad(lr: float, momentum: float = 0.9) -> Stepped:
        return Stepped(lr, lambda schedule: make(schedule, momentum))

    return adagrad


def _rmsprop(make: Make) -> Settings:
    def rmsprop(lr: float, alpha: float = 0.9, eps: float = 1e-8) -> Stepped:
        return Stepped(lr, lambda schedule: make(schedule, alpha, eps))

    return rmsprop


def _rmsprop_momentum(make: Make) -> Settings:
    def rmsprop(lr: float, alpha: float = 0.9, eps: float = 1e-8, momentum: float = 0.9) -> Stepped:
        return Stepped(lr, lambda schedule: make(schedule, alpha, eps, momentum))

    return rmsprop


def _adam(make: Make) -> Settings:
    def adam(lr: float, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Stepped:
        return Stepped(lr, lambda schedule: make(schedule, b1, b2, eps))

    return adam


jax_sgd: Final = _sgd(optimizers.sgd)
jax_momentum: Final = _momentum(optimizers.momentum)
jax_nesterov: Final = _momentum(optimizers.nesterov)
jax_adagrad: Final = _adagrad(optimizers.adagrad)
jax_rmsprop: Final = _rmsprop(optimizers.rmsprop)
jax_rmsprop_momentum: Final = _rmsprop_momentum(optimizers.rmsprop_momentum)
jax_adam: Final = _adam(optimizers.adam)
jax_adamax: Final = _adam(optimizers.adamax)

numpyro_sgd: Final = _sgd(_triple(optim.SGD))
numpyro_momentum: Final = _momentum(_triple(optim.Momentum))
numpyro_adagrad: Final = _adagrad(_triple(optim.Adagrad))
numpyro_rmsprop: Final = _rmsprop(_triple(optim.RMSProp))
numpyro_rmsprop_momentum: Final = _rmsprop_momentum(_triple(optim.RMSPropMomentum))
numpyro_adam: Final = _adam(_triple(optim.Adam))
