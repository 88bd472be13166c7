"""A row of the census as somebody read it in the package's source."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Reading(NamedTuple):
    """The arithmetic of one parameter, and what its arguments are called in specifications.

    Attributes
    ----------
    steps
        ``steps(theta, gradients, **arguments)`` yields the parameter after each step, in float64.
    names
        The spec name of each keyword, or the names of a tuple's.
    takes_rates
        Whether the learning rate may be one for each step, where that tells formulas apart.
    """

    steps: Callable[..., Iterator[Array]]
    names: Mapping[str, str | tuple[str, ...]]
    takes_rates: bool = False

    def arguments(self, settings: Mapping[str, float | Sequence[float]]) -> dict[str, object]:
        """The keywords for settings by spec name; those that they lack keep their defaults."""
        found = {}
        for keyword, name in self.names.items():
            if isinstance(name, tuple):
                if all(each in settings for each in name):
                    found[keyword] = tuple(settings[each] for each in name)
            elif name in settings:
                found[keyword] = settings[name]
        return found

    def run(
        self,
        theta: Array,
        gradients: Iterable[Array],
        settings: Mapping[str, float | Sequence[float]],
    ) -> list[Array]:
        """The parameter after every step."""
        with np.errstate(all="ignore"):
            return list(self.steps(theta, gradients, **self.arguments(settings)))


def rates(rate: float | Sequence[float]) -> Iterable[float]:
    """The learning rates of a run's steps."""
    return repeat(rate) if np.ndim(rate) == 0 else rate


def single(x: float) -> float:
    """A number that a source keeps in float32."""
    return float(np.float32(x))


def lerp(start: Array, end: Array, weight: float) -> Array:
    """``torch.lerp``: from the nearer end."""
    difference = end - start
    return start + weight * difference if weight < 0.5 else end - difference * (1 - weight)
