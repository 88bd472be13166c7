"""How code that steps NumPy arrays is begun and called, told by its methods and arguments."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.naming import PARAMETER_LISTS

METHODS: Final = ("update_params", "step", "update", "apply")
"""What the method is called that makes a step, likeliest first."""

ROLES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "parameters": (PARAMETER_LISTS, ("theta", "param", "parameter", "x", "w", "weight")),
    "gradients": (("grads", "gradients"), ("grad", "gradient", "g", "dw", "dx")),
    "state": (("state", "opt_state"), ()),
    "step": (("t", "step", "iteration"), ()),
}
"""What an argument stands for: its names for all parameters at once, and those for one array."""

FRAMEWORKS: Final = frozenset({"torch", "keras", "optax", "tinygrad", "mlx"})
"""Packages whose optimizers have adapters of their own, and do not step NumPy arrays."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How something is begun, and told to make a step.

    Parameters
    ----------
    begin
        From the parameters to what is kept through a run: an object, or the function itself.
    step
        From what is kept to the callable that makes a step, and its text after an expression.
    keywords
        The keyword of each role of :data:`ROLES` that the callable takes.
    is_listed
        Whether one call steps all parameters, as lists; otherwise each array has calls to itself.
    is_pair
        Whether the state begins as what ``init`` makes of the parameters.
    """

    method: str
    keywords: Mapping[str, str]
    is_listed: bool
    has_init: bool = False
