"""What is asked about a target."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from optimspec.conformance.source import source


@dataclass(frozen=True)
class Settings:
    """What `optimspec check` takes as options.

    Attributes
    ----------
    formats
        Parameter formats to test; none for all that the target takes.
    seed
        Every random input follows from it.
    long
        Whether what takes seconds or more is tried too.
    device
        Where the tensors of a torch target are.
    timeout
        Seconds after which the judgement of a target that has its own process is ended.
    memory
        MiB that it may take, on Linux and on the CPU.
    """

    formats: tuple[str, ...]
    seed: int
    long: bool
    device: str
    timeout: int
    memory: int


@dataclass(frozen=True, eq=False)
class Request:
    """A target to judge.

    Attributes
    ----------
    target
        A class, a function, an object with the target protocol, or a reference.
    spec
        Name of the specification; None for what the target's name claims.
    arguments
        Keywords that the target is always given.
    settings
        How it is judged.
    place
        Tells targets apart that no reference names.
    """

    target: object
    spec: str | None
    arguments: Mapping[str, object]
    settings: Settings
    place: str

    @cached_property
    def reference(self) -> str:
        """How a process of its own finds the target; "" if it cannot."""
        return _reference(self.target) if self._sent is not None else ""

    @cached_property
    def key(self) -> str:
        """Equal for what is judged once, in all processes of a session."""
        which = (self.reference, self._sent) if self.reference else (self.place,)
        return hashlib.sha256(repr((which, self.spec, self.settings)).encode()).hexdigest()

    @cached_property
    def _sent(self) -> bytes | None:
        """The arguments as another process gets them, or None; a repr may hold an address."""
        try:
            return pickle.dumps(sorted(self.arguments.items(), key=lambda item: item[0]))
        except Exception:  # whatever the arguments' own code raises
            return None


def _reference(target: object) -> str:
    if isinstance(target, str):
        return target
    module = sys.modules.get(getattr(target, "__module__", None) or "")
    name = getattr(target, "__qualname__", None)
    if module is None or not name or _within(module, name) is not target:
        return ""
    file = getattr(module, "__file__", None) or ""
    if file and _importable(module.__name__) == Path(file):
        return f"{module.__name__}:{name}"
    return f"{file}:{name}" if file.endswith(".py") else ""


def _within(module: ModuleType, name: str) -> object:
    found: object = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _importable(module: str) -> Path | None:
    try:
        return source(module)
    except (ImportError, ValueError):
        return None
