"""The function most callers need."""

from __future__ import annotations

from collections.abc import Sequence

from optimspec.conformance.device import CPU, require
from optimspec.conformance.environment import SEED
from optimspec.conformance.judge import Progress, judge
from optimspec.conformance.load import as_target, load
from optimspec.conformance.record import Record
from optimspec.spec import algorithm


def check(
    target: object,
    spec: str | None = None,
    *,
    formats: Sequence[str] = (),
    seed: int = SEED,
    long: bool = False,
    device: str = CPU,
    progress: Progress = lambda _: None,
    **arguments: object,
) -> Record:
    """Judge an implementation and return its record.

    It runs in this process, without limits: what it prints, changes and allocates is there, and if
    it crashes or hangs, so does the caller. The command line and the pytest plugin give each target
    its own process.

    Parameters
    ----------
    target
        An optimizer class, a function, an object with the target protocol, or a reference such
        as ``"torch.optim:Adam"``.
    spec
        Name of the specification; by default what the target's name claims.
    formats
        Parameter formats to test; by default all that the target takes.
    seed
        Every random input follows from it.
    long
        Whether what takes seconds or more is tried too, such as ten thousand steps.
    device
        Where the tensors of a torch target are: ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.
    progress
        Called with the name of each stage as it begins: ``"formula"``, then each check's.
    arguments
        Keywords the target is always given.

    Raises
    ------
    CannotLoad
        If the target cannot be loaded.
    UnknownName
        If there is no such specification.
    NotTestable
        If the target takes none of the formats.
    NoDevice
        If torch cannot use the device.
    """
    require(device)
    claimed = algorithm(spec) if spec else None
    if isinstance(target, str):
        made = load(target, arguments, device)
    else:
        made = as_target(target, arguments, name_of(target), device)
    return judge(made, claimed, formats=formats, seed=seed, long=long, progress=progress)


def name_of(thing: object) -> str:
    """What a target that is no reference is called in its record."""
    module = getattr(thing, "__module__", "")
    name = getattr(thing, "__qualname__", type(thing).__name__)
    return f"{module}:{name}"
