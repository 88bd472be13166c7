"""Targets of torch.optim.Optimizer subclasses, and of factories of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import torch

from optimspec.conformance.names import Place, spellings
from optimspec.conformance.protocol import (
    Array,
    Capabilities,
    Evidence,
    Experiment,
)
from optimspec.impls.adapters import naming, snippets, torch_snippets
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.probing import PROBE, formats_that_step
from optimspec.impls.adapters.sparse_gradients import given_sparse, takes_sparse_alone
from optimspec.impls.adapters.tensors import CPU, to_parameters
from optimspec.impls.adapters.torch_session import TorchSession


@dataclass(frozen=True, slots=True)
class TorchOptimizer:
    """A torch optimizer under test; see :func:`adapt`."""

    name: str
    claim: str | None
    capabilities: Capabilities
    hyperparameters: Mapping[str, float]
    _call: Call
    _reference: str
    _in_groups: Mapping[str, Place]
    _tensors: frozenset[str]
    _sparse: bool
    device: str = CPU

    def build(
        self,
        parameters: Iterable[torch.Tensor] | Iterable[dict[str, Any]],
        hyper: Mapping[str, float] | None = None,
    ) -> torch.optim.Optimizer:
        """Make the optimizer on tensors or group dicts, with hyperparameters by spec name."""
        made = _build(self._call, parameters, hyper or {})
        return given_sparse(made) if self._sparse else made

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> TorchSession:
        """Build the optimizer on leaf tensors of these values."""
        parameters = to_parameters(theta0, format, self.device)
        return TorchSession(self.build(parameters, hyper), parameters, format, self._in_groups)

    @property
    def flags(self) -> Mapping[str, bool]:
        """The boolean keywords, with the values in effect."""
        return self._call.flags

    def toggled(self, flag: str) -> TorchOptimizer:
        """Make the same target with that flag the other way."""
        made = adapt(
            self._call.function, self._call.toggled(flag), self._reference, device=self.device
        )
        return cast(TorchOptimizer, made)

    def evidence(self) -> Iterable[Evidence]:
        """What the class brings by ``optimspec_evidence``."""
        brought = getattr(unwrap(self._call.function), "optimspec_evidence", None)
        return brought() if brought else ()

    def snippet(self, experiment: Experiment) -> str:
        """Write the run as a program that prints the parameters after every step."""
        imports, expression, whole = snippets.import_of(self._reference, self._call.function)
        keywords = self._call.written(experiment.hyper, whole=whole)
        made = f"{expression}(parameters{snippets.arguments(keywords, torch_snippets.leaf)})"
        return snippets.program(
            [
                *imports,
                "import torch",
                "",
                *torch_snippets.parameters(experiment, self.device),
                f"optimizer = {made}",
                *torch_snippets.gradients(experiment, self.device, sparse=self._sparse),
                *torch_snippets.loop(experiment, self._write_change, "optimizer.step()"),
            ]
        )

    def _write_change(self, new: Mapping[str, float]) -> list[str]:
        lines = (self._write_assignment(name, repr(value)) for name, value in new.items())
        return ["for group in optimizer.param_groups:", *(f"    {line}" for line in lines)]

    def _write_assignment(self, name: str, value: str) -> str:
        place = self._in_groups[name]
        slot = f"group[{place.key!r}]"
        if place.index is not None:
            pair = [f"{slot}[0]", f"{slot}[1]"]
            pair[place.index] = value
            return f"{slot} = ({pair[0]}, {pair[1]})"
        return f"{slot}.fill_({value})" if name in self._tensors else f"{slot} = {value}"


def adapt(
    obj: object, args: Mapping[str, object], name: str, *, device: str = CPU
) -> TorchOptimizer | None:
    """Make a target of an Optimizer subclass, or of a ``functools.partial`` of one.

    Parameters
    ----------
    obj
        The class or partial.
    args
        Keywords for the constructor, given always.
    name
        What the user called it, such as ``torch.optim:Adam``.
    device
        Where its tensors are to be.

    Raises
    ------
    NotATarget
        If the constructor doesn't take ``args``, or needs more. Errors of a constructor that
        was given nothing but parameters propagate.
    """
    inner = unwrap(obj)
    if not (isinstance(inner, type) and issubclass(inner, torch.optim.Optimizer)):
        return None
    call = Call.of(cast(Callable[..., object], obj), args, name)
    with call.blamed_for_its_arguments(name):
        group = _build(call, to_parameters([PROBE], "float32", device), {}).param_groups[0]
    in_groups = naming.places(group, call.claimed)
    in_groups = {n: in_groups[n] for n in naming.read(group, in_groups)}
    call = _settled(call, group, in_groups, device)
    sparse = takes_sparse_alone(lambda parameters: _build(call, parameters, {}), device)
    return TorchOptimizer(
        name=call.title(name),
        claim=naming.claim(inner.__name__, call.values, {**call.options, **group}),
        capabilities=_capabilities(call, in_groups, device, sparse=sparse),
        hyperparameters=call.values,
        _call=call,
        _reference=name,
        _in_groups=in_groups,
        _tensors=frozenset(
            n for n, p in in_groups.items() if isinstance(group[p.key], torch.Tensor)
        ),
        _sparse=sparse,
        device=device,
    )


def _settled(
    call: Call, group: Mapping[str, object], in_groups: Mapping[str, Place], device: str
) -> Call:
    """The call with the values that a group has, and with the places that take a number."""
    hidden = {n: p for n, p in in_groups.items() if p.key not in call.fixed}
    call = replace(
        call,
        where={**hidden, **call.where} if call.open_ended else call.where,
        values={**call.values, **naming.read(group, in_groups)},
    )
    return replace(call, where={n: p for n, p in call.where.items() if _accepts(call, n, device)})


def _capabilities(
    call: Call, in_groups: Mapping[str, Place], device: str, *, sparse: bool
) -> Capabilities:
    def start(format: str) -> TorchSession:  # noqa: A002 - the protocol's word
        parameters = to_parameters([PROBE], format, device)
        made = _build(call, parameters, {})
        made = given_sparse(made) if sparse else made
        return TorchSession(made, parameters, format, in_groups)

    return Capabilities(
        formats=formats_that_step(start),
        settable=frozenset(call.where),
        schedulable=frozenset(in_groups),
        contract="torch",
    )


def _build(
    call: Call,
    parameters: Iterable[torch.Tensor] | Iterable[dict[str, Any]],
    hyper: Mapping[str, float],
) -> torch.optim.Optimizer:
    return cast(torch.optim.Optimizer, call.function(parameters, **call.keywords(hyper)))


def _accepts(call: Call, name: str, device: str) -> bool:
    """Whether the constructor takes a number there: a weight decay may be an object."""
    value = call.values.get(name, spellings(call.claimed)[name].value)
    try:
        _build(call, to_parameters([PROBE], "float32", device), {name: value})
    except (Exception, SystemExit):
        return False
    return True
