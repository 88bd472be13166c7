"""What a thing must offer to be judged. Nothing here asks anyone to subclass.

Tensors cross this border as float64 NumPy arrays. Each of the formats float64, float32, bfloat16
and float16 embeds in float64 exactly, so no value changes on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from optimspec.conformance.evidence import Evidence
from optimspec.reference.experiment import Experiment
from optimspec.reference.formats import FORMATS as _FORMATS
from optimspec.reference.formats import Array

__all__ = [
    "FORMATS",
    "Array",
    "Capabilities",
    "Evidence",
    "Experiment",
    "NotATarget",
    "Session",
    "Snippets",
    "Target",
    "Toggles",
    "Witness",
]

FORMATS = tuple(_FORMATS)
"""Names of the formats a parameter can have, widest first."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; checks are selected by it.

    Parameters
    ----------
    formats
        The parameter formats it accepts, by name, widest first.
    settable
        Spec names of the hyperparameters that ``start`` accepts.
    schedulable
        Spec names of those that ``Session.set`` can change between steps.
    contract
        Which framework's optimizer contract it claims to keep ("torch"), or "".
    flushed
        The formats in which its arithmetic takes subnormal numbers for zero, as XLA's on CPUs does.
        Error bounds allow for it.
    """

    formats: tuple[str, ...] = FORMATS
    settable: frozenset[str] = frozenset()
    schedulable: frozenset[str] = frozenset()
    contract: str = ""
    flushed: frozenset[str] = frozenset()


class Session(Protocol):
    """One optimizer at work on some parameters."""

    def step(self, gradients: Sequence[Array | None]) -> Sequence[Array]:
        """Make one step and return every parameter's new value.

        ``gradients`` has one entry per parameter, of its shape; None means it has no gradient.
        """
        ...

    def set(self, name: str, value: float) -> None:
        """Give the hyperparameter of that spec name a new value from the next step on."""
        ...

    def state(self) -> Sequence[Mapping[str, Array]]:
        """The state of every parameter by the spec's names; what is not known is left out."""
        ...

    def state_formats(self) -> Mapping[str, str]:
        """The formats in which :meth:`state`'s variables are kept."""
        ...


class Target(Protocol):
    """An optimizer implementation under test."""

    @property
    def name(self) -> str:
        """How the user wrote it: ``torch.optim:Adam`` with its arguments."""
        ...

    @property
    def claim(self) -> str | None:
        """The name of the specification it seems to implement, if that can be told."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """The values in effect, by spec name, where ``start`` is not given others."""
        ...

    def start(self, theta0: Sequence[Array], hyper: Mapping[str, float], format: str) -> Session:  # noqa: A002
        """Build the optimizer on parameters of these values, in the named format."""
        ...


@runtime_checkable
class Snippets(Protocol):
    """A target that can write a run as a program a person can paste."""

    def snippet(self, experiment: Experiment) -> str:
        """A runnable program that makes the run and prints the parameters."""
        ...


@runtime_checkable
class Toggles(Protocol):
    """A target with options that can be switched."""

    @property
    def flags(self) -> Mapping[str, bool]:
        """The values in effect of its boolean options, by the names of the arguments."""
        ...

    def toggled(self, flag: str) -> Target:
        """The same target with that option the other way; raises NotATarget if it refuses."""
        ...


@runtime_checkable
class Witness(Protocol):
    """A target whose makers bring evidence.

    A torch optimizer does so by a class method ``optimspec_evidence``, without arguments.
    """

    def evidence(self) -> Iterable[Evidence]:
        """Look at everything anew."""
        ...


class NotATarget(Exception):  # noqa: N818 - the name says the mistake
    """An adapter says that it cannot make a target of an object, and why."""
