"""The target that an adapter makes, put together of what differs between frameworks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optimspec.conformance.protocol import Array, Capabilities, Experiment, Session, Target
from optimspec.impls.adapters.call import Call


@dataclass(frozen=True, slots=True)
class Adapted:
    """A target.

    Parameters
    ----------
    name, claim, capabilities, hyperparameters
        As :class:`~optimspec.conformance.protocol.Target` has them.
    call
        What makes or steps the thing, with the user's arguments.
    begin
        Starts a session, of parameters, hyperparameters by spec name, and a format.
    again
        Makes the target anew with other arguments of the user's.
    write
        Writes a run as a program.
    """

    name: str
    claim: str | None
    capabilities: Capabilities
    hyperparameters: Mapping[str, float]
    call: Call
    begin: Callable[[Sequence[Array], Mapping[str, float], str], Session]
    again: Callable[[Mapping[str, object]], Target | None]
    write: Callable[[Experiment], str]

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> Session:
        """Begin with parameters of these values; raises ValueError on what cannot be set."""
        self.call.keywords(hyper)
        return self.begin(theta0, hyper, format)

    @property
    def flags(self) -> Mapping[str, bool]:
        """The boolean keywords, with the values in effect."""
        return self.call.flags

    def toggled(self, flag: str) -> Target:
        """Make the same target with that flag the other way."""
        made = self.again(self.call.toggled(flag))
        assert made is not None, "what was adapted once is adapted again"
        return made

    def snippet(self, experiment: Experiment) -> str:
        """Write the run as a program that prints the parameters after every step."""
        return self.write(experiment)
