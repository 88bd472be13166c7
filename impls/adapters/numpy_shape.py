"""How code that steps NumPy arrays is told to make a step, read off its methods and arguments."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from optimspec.impls.adapters.naming import GRADIENT_LISTS, GRADIENTS, PARAMETER_LISTS

METHODS: Final = ("update_params", "step", "update", "apply", "__call__")
"""What the method is called that makes a step, likeliest first."""

ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "parameters": (*PARAMETER_LISTS, "theta", "param", "parameter", "x", "w", "weight"),
    "gradients": (*GRADIENT_LISTS, *sorted(GRADIENTS - {*GRADIENT_LISTS})),
    "state": ("state", "opt_state"),
    "step": ("t", "step", "iteration"),
}
"""What an argument of each name stands for."""

_LISTS: Final = frozenset({*PARAMETER_LISTS, *GRADIENT_LISTS})

_FRAMEWORKS: Final = frozenset({"torch", "keras", "optax", "tinygrad", "mlx"})
"""Packages whose optimizers step no NumPy arrays, and have adapters of their own."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How something is told to make a step.

    Parameters
    ----------
    access
        What stands after an expression for it to give the callable that makes a step:
        ``.step``, ``[1]`` for a pair, nothing where it is called itself.
    begin
        The same for the callable that makes the first state of the parameters, if there is one.
    keywords
        The callable's argument for each role of :data:`ROLES` that it has.
    is_listed
        Whether one call steps all parameters, as lists; otherwise each array has calls to itself.
    """

    access: str
    begin: str
    keywords: Mapping[str, str]
    is_listed: bool

    @classmethod
    def of(cls, thing: object, *, has_parameters: bool = False) -> Self | None:
        """The shape of an object, of a class's objects, or of a function; None if it has none.

        ``has_parameters`` says that the object was given the list of parameters when it was made.
        """
        if _is_of_a_framework(thing):
            return None
        if inspect.isfunction(thing):
            return cls._reading(_arguments(thing), "", "")
        if isinstance(thing, tuple) and [*map(inspect.isfunction, thing)] == [True, True]:
            return cls._reading(_arguments(thing[1]), "[1]", "[0]")
        begin = ".init" if callable(getattr(thing, "init", None)) else ""
        for name in ("update",) if begin else METHODS:
            method = getattr(thing, name, None)
            if inspect.isfunction(method) or inspect.ismethod(method):
                arguments = _arguments(method)[isinstance(thing, type) :]
                access = "" if name == "__call__" else f".{name}"
                shape = cls._of_method(arguments, access, begin, has_parameters=has_parameters)
                if shape:
                    return shape
        return None

    @classmethod
    def _of_method(
        cls, arguments: list[inspect.Parameter], access: str, begin: str, *, has_parameters: bool
    ) -> Self | None:
        needed = [p.name for p in arguments if p.default is p.empty]
        if has_parameters and len(needed) == 1:
            return cls(access, begin, {"gradients": needed[0]}, is_listed=True)
        shape = cls._reading(arguments, access, begin)
        return shape if shape and set(needed) <= set(shape.keywords.values()) else None

    @classmethod
    def _reading(
        cls, arguments: Iterable[inspect.Parameter], access: str, begin: str
    ) -> Self | None:
        taken = [p.name for p in arguments]
        found = {role: [n for n in names if n in taken] for role, names in ROLES.items()}
        keywords = {role: names[0] for role, names in found.items() if names}
        if "gradients" not in keywords or not (begin or "parameters" in keywords):
            return None
        first = keywords.get("parameters", keywords["gradients"])
        return cls(access, begin, keywords, is_listed=first in _LISTS)


def _arguments(call: object) -> list[inspect.Parameter]:
    taken = inspect.signature(call).parameters.values()  # type: ignore[arg-type]
    return [p for p in taken if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def _is_of_a_framework(thing: object) -> bool:
    kind = thing if isinstance(thing, type) else type(thing)
    modules = {getattr(thing, "__module__", ""), *(base.__module__ for base in kind.__mro__)}
    return any(str(name).partition(".")[0] in _FRAMEWORKS for name in modules)
