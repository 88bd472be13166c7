"""Targets of plain functions that step a list of torch tensors which have gradients."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import torch

from optimspec.conformance.protocol import Array, Capabilities, Experiment, NotATarget
from optimspec.impls.adapters import naming, snippets, torch_snippets
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.probing import PROBE, formats_that_step
from optimspec.impls.adapters.tensors import CPU, give_gradients, to_array, to_parameters

_IS_FIRST: Final = "is_first"


@dataclass(slots=True)
class FunctionSession:
    """A step function at work on leaf tensors of one format."""

    _call: Call
    _parameters: list[torch.Tensor]
    _hyper: dict[str, float]
    _format: str
    _takes_is_first: bool
    _is_first: bool = True

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Call the function once; it is told which step is the first, if it asks.

        Raises
        ------
        NotATarget
            If the function returns an optimizer instead of making a step.
        """
        give_gradients(self._parameters, gradients, self._format)
        first = {_IS_FIRST: self._is_first} if self._takes_is_first else {}
        made = self._call.function(self._parameters, **self._call.keywords(self._hyper), **first)
        if isinstance(made, torch.optim.Optimizer):
            raise NotATarget(
                "A function under test must make a step itself; this one returned an optimizer of "
                f"class {type(made).__name__}. Name that class, or a functools.partial of it."
            )
        self._is_first = False
        return [to_array(parameter) for parameter in self._parameters]

    def set(self, name: str, value: float) -> None:
        """Pass another value from the next call on.

        Raises
        ------
        ValueError
            If the function has no such keyword, or the user fixed it.
        """
        self._call.keywords({name: value})
        self._hyper[name] = value

    def state(self) -> list[dict[str, Array]]:
        """Give nothing: where a function keeps its state cannot be told."""
        return [{} for _ in self._parameters]

    def state_formats(self) -> dict[str, str]:
        """Give nothing, as :meth:`state`."""
        return {}


@dataclass(frozen=True, slots=True)
class TorchFunction:
    """A step function under test; see :func:`adapt`.

    A function that keeps its state in its module must start anew where ``is_first`` is true, and
    its sessions must not take turns.
    """

    name: str
    claim: str | None
    capabilities: Capabilities
    hyperparameters: Mapping[str, float]
    _call: Call
    _reference: str
    _takes_is_first: bool
    device: str = CPU

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> FunctionSession:
        """Begin with leaf tensors of these values; the function is first called in ``step``."""
        self._call.keywords(hyper)
        parameters = to_parameters(theta0, format, self.device)
        return FunctionSession(self._call, parameters, dict(hyper), format, self._takes_is_first)

    @property
    def flags(self) -> Mapping[str, bool]:
        """The boolean keywords, with the values in effect."""
        return self._call.flags

    def toggled(self, flag: str) -> TorchFunction:
        """Make the same target with that flag the other way."""
        made = adapt(
            self._call.function, self._call.toggled(flag), self._reference, device=self.device
        )
        return cast(TorchFunction, made)

    def snippet(self, experiment: Experiment) -> str:
        """Write the run as a program that prints the parameters after every step."""
        imports, expression, whole = snippets.import_of(self._reference, self._call.function)
        hyper = dict(experiment.hyper)

        def assign(new: Mapping[str, float]) -> list[str]:
            hyper.update(new)
            keywords = self._call.written(hyper, whole=whole)
            return [f"keywords = {snippets.literal(keywords, torch_snippets.leaf)}"]

        first = f", {_IS_FIRST}=step == 1" if self._takes_is_first else ""
        step = f"{expression}(parameters, **keywords{first})"
        parameters = torch_snippets.parameters(experiment, self.device)
        lines = [*imports, "import torch", "", *parameters, *assign({})]
        lines += torch_snippets.gradients(experiment, self.device)
        return snippets.program([*lines, *torch_snippets.loop(experiment, assign, step)])


def adapt(
    obj: object, args: Mapping[str, object], name: str, *, device: str = CPU
) -> TorchFunction | None:
    """Make a target of a function ``f(params, lr=..., ...)``, or of a ``functools.partial`` of one.

    It is one if its first argument is called ``params`` or ``parameters`` and a keyword is a
    hyperparameter's. With a keyword ``is_first`` it is told whether the step is the first.

    Parameters
    ----------
    obj
        The function or partial.
    args
        Keywords for every call, given always.
    name
        What the user called it, such as ``mine.py:adam``.
    device
        Where its tensors are to be.

    Raises
    ------
    NotATarget
        If the function doesn't take ``args``, needs more, or makes no step.
    """
    inner = unwrap(obj)
    if not inspect.isfunction(inner):
        return None
    names = list(inspect.signature(inner).parameters)
    if not (names and names[0] in naming.PARAMETER_LISTS and naming.places(names)):
        return None
    if not naming.GRADIENTS.isdisjoint(names):  # which these parameters have in .grad
        return None
    call = Call.of(cast(Callable[..., object], obj), args, name, reserved=(_IS_FIRST,))
    takes_is_first = _IS_FIRST in names

    def start(format: str) -> FunctionSession:  # noqa: A002 - the protocol's word
        parameters = to_parameters([PROBE], format, device)
        return FunctionSession(call, parameters, {}, format, takes_is_first)

    settable = frozenset(call.where)
    return TorchFunction(
        name=call.title(name),
        claim=naming.claim(inner.__name__, call.values, call.options),
        capabilities=Capabilities(formats_that_step(start), settable, schedulable=settable),
        hyperparameters=call.values,
        _call=call,
        _reference=name,
        _takes_is_first=takes_is_first,
        device=device,
    )
