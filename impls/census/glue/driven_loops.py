"""Optimizers that are whole loops, which ask for a gradient at each of their steps."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final

import numpy as np
from autograd.misc import optimizers as autograd
from numpy.typing import NDArray
from qiskit_algorithms.optimizers import ADAM

Vector = NDArray[Any]
Gradient = Callable[[Vector], Vector]

_EVER: Final = sys.maxsize


class _Ended(Exception):  # noqa: N818 - nothing went wrong
    """Nobody will ask for another step."""


def _loop(run: Callable[[Gradient, Vector], object], start: Vector, asked: Any, given: Any) -> None:  # noqa: ANN401
    """Run the loop: each point at which it wants a gradient is put into ``asked``."""

    def gradient(x: Vector) -> Vector:
        asked.put(np.array(x))
        if (answer := given.get()) is None:
            raise _Ended
        return np.asarray(answer)

    try:
        with np.errstate(all="ignore"):
            run(gradient, start)
    except _Ended:
        return
    except Exception as error:
        asked.put(error)


class Driven:
    """A loop in a thread of its own, which goes one step at a time."""

    def __init__(self, run: Callable[[Gradient, Vector], object]) -> None:
        self._run = run
        self._asked: SimpleQueue[Any] = SimpleQueue()
        self._given: SimpleQueue[Vector | None] = SimpleQueue()
        self._is_begun = False

    def __del__(self) -> None:
        self._given.put(None)

    def update(self, params: list[Vector], grads: list[Vector]) -> list[Vector]:
        """Give the parameters after one more step."""
        if not self._is_begun:
            self._is_begun = True
            start = np.concatenate([array.ravel() for array in params])
            parts = (self._run, start, self._asked, self._given)
            threading.Thread(target=_loop, args=parts, daemon=True).start()
            self._asked.get()
        self._given.put(np.concatenate([array.ravel() for array in grads]))
        after = self._asked.get()
        if isinstance(after, Exception):
            raise after
        ends = np.cumsum([array.size for array in params])[:-1]
        parts_after = np.split(after, ends)
        return [x.reshape(array.shape) for x, array in zip(parts_after, params, strict=True)]


def autograd_sgd(lr: float = 0.1, momentum: float = 0.9) -> Driven:
    """autograd.misc.optimizers.sgd."""
    return Driven(
        lambda gradient, x: autograd.sgd(
            lambda x, _: gradient(x), x, num_iters=_EVER, step_size=lr, mass=momentum
        )
    )


def autograd_rmsprop(lr: float = 0.1, alpha: float = 0.9, eps: float = 1e-8) -> Driven:
    """autograd.misc.optimizers.rmsprop."""
    return Driven(
        lambda gradient, x: autograd.rmsprop(
            lambda x, _: gradient(x), x, num_iters=_EVER, step_size=lr, gamma=alpha, eps=eps
        )
    )


def autograd_adam(
    lr: float = 0.001, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
) -> Driven:
    """autograd.misc.optimizers.adam."""
    return Driven(
        lambda gradient, x: autograd.adam(
            lambda x, _: gradient(x), x, num_iters=_EVER, step_size=lr, b1=b1, b2=b2, eps=eps
        )
    )


def qiskit_adam(
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.99,
    eps: float = 1e-8,
    *,
    amsgrad: bool = False,
) -> Driven:
    """qiskit_algorithms.optimizers.ADAM, which calls its epsilon a noise factor; it never ends."""
    optimizer = ADAM(
        maxiter=_EVER,
        tol=0,
        lr=lr,
        beta_1=beta1,
        beta_2=beta2,
        noise_factor=eps,
        amsgrad=amsgrad,
    )
    return Driven(lambda gradient, x: optimizer.minimize(lambda _: 0.0, x, jac=gradient))
