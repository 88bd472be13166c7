"""Teaching libraries whose optimizers are given arrays and their gradients."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from optimspec.impls.census.glue.frameworks import over_variables
from optimspec.impls.census.glue.held import (
    Array,
    Holder,
    Library,
    over_array,
    over_arrays,
)


def _numbered(made: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
    for number, (param, grad) in enumerate(zip(params, grads, strict=True)):
        made.update(number, param, grad)
    return params


def _set_rate(made: Any, rate: float) -> None:  # noqa: ANN401
    made.learning_rate = rate


def _over_arrays(kind: Any, update: Callable[..., list[Array]]) -> type:  # noqa: ANN401
    """Over arrays; RAdam and AdamW keep settings beside the learning rate under other names."""
    if kind.__name__ not in {"AdamW", "RAdam"}:
        return over_arrays(kind, update)

    def step(made: Any, params: list[Array], grads: Sequence[Array | None]) -> None:  # noqa: ANN401
        params[:] = update(made, params, grads)

    return over_variables(
        kind,
        hold=np.array,
        make=lambda made, _, settings: made(**settings),
        step=step,
        value=np.asarray,
        set_rate=_set_rate,
        omitted=("kwargs",),
    )


neuralnetlib = Library("neuralnetlib.optimizers", lambda kind: _over_arrays(kind, _numbered))


def _matrix(array: Array) -> Array:
    """Shape an array as the weights of a dense layer."""
    return array.reshape(array.shape[0], int(np.prod(array.shape[1:])))


def _nano_keras(made: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
    """Step every layer by the one optimizer of a model, which adds the descent that it is given."""
    none = np.zeros(1)
    after = [
        made.apply_gradients(-_matrix(grad), none, _matrix(param), none, update_biases=False)[0]
        for param, grad in zip(params, grads, strict=True)
    ]
    return [new.reshape(param.shape) for new, param in zip(after, params, strict=True)]


nano_keras = Library("nano_keras.optimizers", lambda kind: over_arrays(kind, _nano_keras))


def _mastermlx(made: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
    if hasattr(made, "begin_step"):
        made.begin_step()
    after = [
        made.update(param, grad, str(number))
        for number, (param, grad) in enumerate(zip(params, grads, strict=True))
    ]
    if hasattr(made, "end_step"):
        made.end_step()
    return after


mastermlx = Library("mastermlx.neural_net.optimizers", lambda kind: over_arrays(kind, _mastermlx))


def _snn(made: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
    after = made.apply_gradients(dict(enumerate(params)), dict(enumerate(grads)))
    return [after[number] for number in range(len(params))]


snn_samsit = Library("snn.optimizers", lambda kind: _over_arrays(kind, _snn))


def _undecorated(kind: Any) -> Any:  # noqa: ANN401
    """The class with its constructor's arguments, which a decorator of the library hides."""
    decorated = inspect.getclosurevars(kind.__init__).nonlocals.get("func", kind.__init__)
    taken = list(inspect.signature(decorated).parameters.values())[1:]
    return type(kind.__name__, (kind,), {"__signature__": inspect.Signature(taken)})


def _caspian(kind: Any) -> Any:  # noqa: ANN401
    def update(made: Any, param: Array, grad: Array) -> Array:  # noqa: ANN401
        after: Array = param + made.process_grad(grad)
        kind.step(made)
        return after

    return update


caspian_ml = Library(
    "caspian.optimizers",
    lambda kind: over_array(
        _undecorated(kind),
        _caspian(kind),
        {"learn_rate": "lr", "decay_one": "beta1", "decay_two": "beta2"},
    ),
)
pykitml = Library(
    "pykitml.optimizers",
    lambda kind: over_array(
        kind,
        lambda made, param, grad: made._optimize(param, grad),
        {"beta": "rho" if kind.__name__ == "RMSprop" else "momentum"},
    ),
)


def _numpy_nn(made: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
    if not hasattr(made, "parmeters"):  # the library's spelling
        made.set_parameters(dict(enumerate(params)))
    return [made(p, g, number) for number, (p, g) in enumerate(zip(params, grads, strict=True))]


numpy_nn = Library(
    "numpy_nn.optimizers",
    lambda kind: over_arrays(
        kind, _numpy_nn, {"beta": "rho" if kind.__name__ == "RMSProp" else "momentum"}
    ),
)


def _showml(made: Any, param: Array, grad: Array) -> Array:  # noqa: ANN401
    none = np.zeros(1)
    after: Array = made.update_weights(param, none, grad, none)[0]
    return after


showml = Library("showml.optimizers.optimizer_functions", lambda kind: over_array(kind, _showml))


def _tinynn(made: Any, param: Array, grad: Array) -> Array:  # noqa: ANN401
    after: Array = param + made.compute_step(Holder(values=grad)).values
    return after


tinynn = Library(
    "tinynn.core.optimizer",
    lambda kind: over_array(kind, _tinynn, {"decay": "rho"}, omitted=("weight_decay",)),
)
