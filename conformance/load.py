"""From what a user writes on the command line to a target."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

import numpy as np

from optimspec.conformance.device import CPU
from optimspec.conformance.observe import describe
from optimspec.conformance.protocol import Capabilities, NotATarget, Target

_PROTOCOL: Final[Mapping[str, Any]] = {
    "name": str,
    "claim": str | None,
    "capabilities": Capabilities,
    "hyperparameters": Mapping,
    "start": Callable,
}
"""The parts of a target that need no adapter, and what they are."""


_EXTRAS: Final = frozenset({"torch", "optax", "keras", "mlx"})
"""Packages that this one names as extras."""


class CannotLoad(Exception):  # noqa: N818 - the name says the mistake
    """A target cannot be loaded; the message says the rule, what was found and the remedy."""


def parse_arguments(pairs: Iterable[str]) -> dict[str, object]:
    """``NAME=LITERAL`` pairs as keyword arguments; raises CannotLoad."""
    arguments: dict[str, object] = {}
    for pair in pairs:
        name, separator, literal = pair.partition("=")
        try:
            arguments[name] = ast.literal_eval(literal)
        except (ValueError, SyntaxError):
            separator = ""
        if not separator or not name.isidentifier():
            raise CannotLoad(
                f"--arg takes NAME=LITERAL with a Python literal; found {pair!r}. "
                f"Write for example --arg fused=True or --arg \"mode='fast'\"."
            )
    return arguments


def load(
    reference: str, arguments: Mapping[str, object] | None = None, device: str = CPU
) -> Target:
    """The target that ``reference`` names, always given ``arguments``; raises CannotLoad."""
    return as_target(named(reference), arguments or {}, reference, device)


@np.errstate()  # what a module sets for NumPy ends with its import
def named(reference: str) -> object:
    """What ``package.module:Name`` or ``path/to/file.py:Name`` names; raises CannotLoad."""
    path, separator, name = reference.rpartition(":")
    if not separator or not name:
        raise CannotLoad(
            f"A target is written package.module:Name or path/to/file.py:Name; found "
            f"{reference!r}. Name the class or function after a colon."
        )
    module = _module(path)
    found: object = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise CannotLoad(
                f"{path} must define {name}; it has no {part!r}. {_hint(module, part)}"
            ) from error
        except (Exception, SystemExit) as error:  # a module may import its parts when asked
            raise CannotLoad(f"{path} must define {name}; it raised {describe(error)}.") from error
    return found


@np.errstate()
def as_target(
    thing: object, arguments: Mapping[str, object], name: str, device: str = CPU
) -> Target:
    """A target made of ``thing`` by the first adapter that knows its kind; raises CannotLoad.

    On another device than the CPU these are the adapters that take a keyword ``device``.
    """
    if not isinstance(thing, type) and (whole := _complete(thing, name)):
        return whole if device == CPU else _elsewhere(thing, name, device)
    missing = []
    for entry in sorted(entry_points(group="optimspec.adapters")):
        try:
            adapt = entry.load()
        except ModuleNotFoundError as error:
            missing.append(_needs(entry, error))
            continue
        try:
            target = _adapted(adapt, thing, arguments, name, device)
        except NotATarget as reason:
            raise CannotLoad(str(reason)) from reason
        except (Exception, SystemExit) as error:
            raise CannotLoad(
                f"A target must be constructible on one parameter; {name} raised "
                f"{describe(error)}. Give what it needs with --arg."
            ) from error
        if target is not None:
            return target
    if device != CPU:
        _elsewhere(thing, name, device)
    hint = f" Not tried: {'; '.join(missing)}." if missing else ""
    raise CannotLoad(
        f"A target must be an optimizer of PyTorch, optax, Keras or MLX, NumPy code that steps "
        f"arrays, a function that steps parameters, or have start() and capabilities; {name} is "
        f"{_kind(thing)}. Wrap it in one of these.{hint}"
    )


def _adapted(
    adapt: Callable[..., Target | None],
    thing: object,
    arguments: Mapping[str, object],
    name: str,
    device: str,
) -> Target | None:
    if device == CPU:
        return adapt(thing, arguments, name)
    takes_device = "device" in inspect.signature(adapt).parameters
    return adapt(thing, arguments, name, device=device) if takes_device else None


def _elsewhere(thing: object, name: str, device: str) -> NoReturn:
    raise CannotLoad(
        f"With --device {device}, a target must be a torch.optim.Optimizer subclass or a function "
        f"that steps torch tensors; {name} is {_kind(thing)}. Leave --device out."
    )


def _complete(thing: object, name: str) -> Target | None:
    """``thing`` if it has start() and all other parts of a target, or None; raises CannotLoad."""
    try:
        parts = {part: getattr(thing, part) for part in _PROTOCOL if hasattr(thing, part)}
    except (Exception, SystemExit) as error:
        raise CannotLoad(f"A target must show itself; {name} raised {describe(error)}.") from error
    if "start" not in parts:
        return None
    lacking = [p for p, kind in _PROTOCOL.items() if not isinstance(parts.get(p, ...), kind)]
    if lacking:
        raise CannotLoad(
            f"An object with start() must have all of {', '.join(_PROTOCOL)}, of the right types; "
            f"{name} lacks {', '.join(lacking)}. See optimspec.conformance.protocol.Target."
        )
    return thing  # type: ignore[return-value]


def _needs(entry: EntryPoint, error: ModuleNotFoundError) -> str:
    return f"{entry.name} (needs {error.name}, which is not installed)"


def _kind(thing: object) -> str:
    if isinstance(thing, type):
        return f"the class {thing.__name__}"
    return f"an object of type {type(thing).__name__}"


def _hint(module: ModuleType, name: str) -> str:
    """The name that may have been meant, or those there are."""
    near = get_close_matches(name, dir(module), n=1)
    return f"Did you mean {near[0]!r}?" if near else f"It defines: {_public(module)}."


def _public(module: ModuleType) -> str:
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
    return ", ".join(own[:12]) or "nothing of its own"


def _module(path: str) -> ModuleType:
    try:
        return _from_file(Path(path)) if path.endswith(".py") else importlib.import_module(path)
    except ModuleNotFoundError as error:
        missing = error.name or path
        known = missing in _EXTRAS
        extra = f"pip install 'optimspec[{missing}]'" if known else f"install {missing}"
        raise CannotLoad(
            f"A target's module must be importable; {path} needs {missing}, which is not "
            f"installed. Check the spelling, or {extra}."
        ) from error
    except CannotLoad:
        raise
    except (Exception, SystemExit) as error:
        raise CannotLoad(
            f"A target's module must be importable; {path} raised {describe(error)}."
        ) from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise CannotLoad(f"A target's file must exist; there is none at {path}.")
    name = path.stem
    while name in sys.modules:  # a file called random.py must not take the library's place
        name += "_"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent.resolve()))
    return module
