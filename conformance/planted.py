"""Planting faults: from an entry of the catalogue to a target that has it."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import new_class
from typing import Any

from optimspec.conformance.load import as_target
from optimspec.conformance.protocol import Array, Capabilities, Session, Target
from optimspec.spec.entry import Fault


def planted(fault: Fault, host: str) -> Target:
    """``fault`` planted into the optimizer ``host``, ``module:attribute``.

    The class made has the name and the signature of its host, so that an adapter reads from it
    what it reads from the host.

    Raises
    ------
    CannotLoad
        If the host with the fault cannot be judged.
    ImportError, AttributeError
        If the mixin or the host is not where its reference says.
    """
    mixin, base = _found(fault.specimen), _found(host)
    broken = new_class(base.__name__, (mixin, base))
    return Planted(f"{host} with {fault.id}", as_target(broken, {}, host))


@dataclass(frozen=True)
class Planted:
    """A target with a fault, under its own name.

    It writes no programs to paste: they would import its host, which is sound.
    """

    name: str
    _broken: Any

    @property
    def claim(self) -> str | None:
        """The host's."""
        claim: str | None = self._broken.claim
        return claim

    @property
    def capabilities(self) -> Capabilities:
        """The host's."""
        capabilities: Capabilities = self._broken.capabilities
        return capabilities

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """The host's."""
        values: Mapping[str, float] = self._broken.hyperparameters
        return values

    @property
    def build(self) -> Callable[..., Any]:
        """What makes the optimizer, for the clauses of its framework's contract."""
        build: Callable[..., Any] = self._broken.build
        return build

    @property
    def flags(self) -> Mapping[str, bool]:
        """The host's."""
        flags: Mapping[str, bool] = self._broken.flags
        return flags

    def toggled(self, flag: str) -> Planted:
        """The same with that option the other way; raises NotATarget if the host refuses."""
        return Planted(self.name, self._broken.toggled(flag))

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> Session:
        """Begin a run."""
        session: Session = self._broken.start(theta0, hyper, format)
        return session


@functools.cache
def _found(reference: str) -> Any:  # noqa: ANN401
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
