"""Optimizers that step what holds arrays, in the shapes that the NumPy adapter takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NO_NAMES: Final[Mapping[str, str]] = {}
"""What no argument is called instead."""


class Library:
    """A module of optimizers, imported when one of them is asked for by its name.

    Parameters
    ----------
    module
        Its name.
    make
        Makes of one of its classes one that steps arrays.
    """

    def __init__(self, module: str, make: Callable[[Any], type]) -> None:
        self._module = module
        self._make = make

    def __getattr__(self, name: str) -> type:
        """Make the class that steps arrays by the optimizer of this name."""
        return self._make(getattr(import_module(self._module), name))


class Holder:
    """Anything with these attributes, in place of a layer or model that the arithmetic ignores."""

    def __init__(self, **attributes: object) -> None:
        vars(self).update(attributes)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Say that it has no such attribute; a type checker does not know those that it has."""
        raise AttributeError(name)


def held(data: Array, **attributes: object) -> Holder:
    """Hold an array as ``data``, and its gradient as ``grad``, as most libraries' tensors do."""
    return Holder(data=data, grad=np.zeros_like(data), **attributes)


def give_grad(holder: Any, gradient: Array | None) -> None:  # noqa: ANN401
    """Give a gradient as the attribute ``grad``."""
    holder.grad = gradient


def of_data(holder: Any) -> Array:  # noqa: ANN401
    """Take the parameter from the attribute ``data``."""
    found: Array = holder.data
    return found


def in_a_row(array: Array) -> Array:
    """Copy an array, with a dimension at least, as all have that a library makes for itself."""
    return np.array(array).reshape(array.shape or (1,))


def over_holders(
    optimizer: Any,  # noqa: ANN401
    hold: Callable[[Array], Any] = held,
    *,
    give: Callable[[Any, Array | None], object] = give_grad,
    value: Callable[[Any], Array] = of_data,
    given: Callable[[list[Any]], object] | None = list,
    run: Callable[[Any, list[Any]], object] | None = None,
    names: Mapping[str, str] = NO_NAMES,
    fixed: Mapping[str, object] | None = None,
) -> type:
    """Make a class ``C(parameters, lr=..., ...)`` that steps arrays by an optimizer of holders.

    Parameters
    ----------
    optimizer
        The class; that which is made is a subclass, and has its arguments and attributes.
    hold
        Makes the library's holder of a parameter.
    give
        Gives a holder its gradient.
    value
        The parameter that a holder has.
    given
        Makes of the holders the constructor's first argument; None where it takes none of them.
    run
        Makes a step of the optimizer, which comes with its holders; by default ``step()``.
    names
        What arguments are called instead, where the specifications' names are not known by theirs.
    fixed
        Arguments that are given always, and no longer asked for.
    """
    own = list(inspect.signature(optimizer).parameters.values())
    taken = renamed(own[1:] if given else own, names, fixed or {})

    def begin(self: Any, parameters: Sequence[Array], **settings: object) -> None:  # noqa: ANN401
        self.shapes_here = [x.shape for x in parameters]
        self.held_here = [hold(in_a_row(x)) for x in parameters]
        first = [given(self.held_here)] if given else []
        optimizer.__init__(self, *first, **theirs(settings, names), **(fixed or {}))

    def step(self: Any, gradients: Sequence[Array | None]) -> list[Array]:  # noqa: ANN401
        for holder, gradient in zip(self.held_here, gradients, strict=True):
            give(holder, gradient if gradient is None else in_a_row(gradient))
        run(self, self.held_here) if run else optimizer.step(self)
        after = [value(holder) for holder in self.held_here]
        return [
            np.array(x).reshape(shape) for x, shape in zip(after, self.shapes_here, strict=True)
        ]

    first = inspect.Parameter("parameters", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return _derived(optimizer, [first, *taken], begin, step)


def over_arrays(
    optimizer: Any,  # noqa: ANN401
    update: Callable[[Any, list[Array], list[Array]], Sequence[Array]],
    names: Mapping[str, str] = NO_NAMES,
) -> type:
    """Make a class ``C(lr=..., ...)`` with a method that steps a list of arrays by ``update``.

    ``update`` gets the optimizer, the parameters and their gradients, and returns the new
    parameters; ``names`` is that of :func:`over_holders`.
    """

    def begin(self: Any, **settings: object) -> None:  # noqa: ANN401
        optimizer.__init__(self, **theirs(settings, names))

    def step(self: Any, params: list[Array], grads: list[Array]) -> list[Array]:  # noqa: ANN401
        after = update(self, [in_a_row(x) for x in params], [in_a_row(x) for x in grads])
        return [np.array(x).reshape(old.shape) for x, old in zip(after, params, strict=True)]

    taken = renamed(list(inspect.signature(optimizer).parameters.values()), names, {})
    return _derived(optimizer, taken, begin, step)


def over_array(
    optimizer: Any,  # noqa: ANN401
    update: Callable[[Any, Array, Array], Array],
    names: Mapping[str, str] = NO_NAMES,
    omitted: Collection[str] = (),
) -> type:
    """Make a class as :func:`over_arrays` does, each of whose objects steps one array.

    Arguments that are ``omitted`` are left alone.
    """

    def begin(self: Any, **settings: object) -> None:  # noqa: ANN401
        optimizer.__init__(self, **theirs(settings, names))

    def step(self: Any, param: Array, grad: Array) -> Array:  # noqa: ANN401
        return np.array(update(self, in_a_row(param), in_a_row(grad))).reshape(param.shape)

    taken = renamed(list(inspect.signature(optimizer).parameters.values()), names, omitted)
    return _derived(optimizer, taken, begin, step)


def renamed(
    own: Sequence[inspect.Parameter], names: Mapping[str, str], omitted: Collection[str]
) -> list[inspect.Parameter]:
    """Arguments under their other names, without those that are omitted."""
    return [p.replace(name=names.get(p.name, p.name)) for p in own if p.name not in omitted]


def theirs(settings: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Keywords by the names that the library has for them."""
    back = {ours: name for name, ours in names.items()}
    return {back.get(name, name): value for name, value in settings.items()}


def _derived(
    optimizer: Any,  # noqa: ANN401
    taken: Sequence[inspect.Parameter],
    begin: Callable[..., None],
    step: Callable[..., list[Array] | Array],
) -> type:
    """Derive a class whose step has a name that the adapter prefers to those that it has."""
    has_method = inspect.isfunction(getattr(optimizer, "update_params", None))
    body = {
        "__init__": begin,
        "update_params" if has_method else "step": step,
        "__signature__": inspect.Signature(taken),
    }
    return type(optimizer.__name__, (optimizer,), body)
