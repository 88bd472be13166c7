"""Optimizers of whole frameworks, in a shape that the NumPy adapter takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from optimspec.impls.census.glue.held import NO_NAMES, Array, renamed, theirs


def _any_format(_: str) -> AbstractContextManager[object]:
    return nullcontext()


def over_variables(
    optimizer: Any,  # noqa: ANN401
    *,
    hold: Callable[[Array], Any],
    make: Callable[[Any, list[Any], dict[str, object]], Any],
    step: Callable[[Any, list[Any], Sequence[Array | None]], object],
    value: Callable[[Any], Array],
    set_rate: Callable[[Any, float], object] | None = None,
    within: Callable[[str], AbstractContextManager[object]] = _any_format,
    omitted: Collection[str] = (),
    names: Mapping[str, str] = NO_NAMES,
    rate: str = "learning_rate",
    more: Mapping[str, object] | None = None,
) -> type:
    """Make a class ``C(parameters, learning_rate=..., ...)`` of a framework's optimizer.

    Parameters
    ----------
    optimizer
        The class, or the function that makes it.
    hold
        Makes a variable of an array.
    make
        Makes the optimizer, of its class, the variables and keywords.
    step
        Makes a step, of the optimizer, the variables and arrays of gradients.
    value
        The array of a variable.
    set_rate
        Gives the optimizer another learning rate, where the framework has a way for it.
    within
        What everything is done in, by the format of the parameters.
    omitted
        Arguments of the constructor that are left alone.
    names
        What arguments are called instead, where the specifications' names are not known by theirs.
    rate
        What the argument for the learning rate is called, after that.
    more
        Arguments that the constructor's signature leaves out, with their defaults.
    """
    is_class = isinstance(optimizer, type)
    signature = inspect.signature(optimizer.__init__ if is_class else optimizer)
    own = list(signature.parameters.values())[is_class:]
    own = [p for p in own if p.name != "parameters"]
    own += [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
        for name, default in (more or {}).items()
        if name not in {p.name for p in own}
    ]
    calls = {p.name for p in own}
    names = {name: ours for name, ours in names.items() if name in calls}
    taken = renamed(own, names, omitted)
    usual = {p.name: p.default for p in taken}

    def begin(self: Any, parameters: Sequence[Array], **settings: object) -> None:  # noqa: ANN401
        self.within = lambda: within(parameters[0].dtype.name)
        with self.within():
            self.variables_here = [hold(np.array(x)) for x in parameters]
            given = theirs(settings, names)
            self.optimizer = make(optimizer, self.variables_here, given)
        if set_rate:
            self.rate_in_effect = settings.get(rate, usual[rate])
            setattr(self, rate, self.rate_in_effect)

    def move(self: Any, gradients: Sequence[Array | None]) -> list[Array]:  # noqa: ANN401
        with self.within():
            if set_rate and getattr(self, rate) != self.rate_in_effect:
                self.rate_in_effect = getattr(self, rate)
                set_rate(self.optimizer, self.rate_in_effect)
            step(self.optimizer, self.variables_here, gradients)
            return [np.array(value(x)) for x in self.variables_here]

    first = inspect.Parameter("parameters", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    body = {
        "__init__": begin,
        "step": move,
        "__signature__": inspect.Signature([first, *taken]),
    }
    return type(optimizer.__name__, (), body)
