"""The arithmetic of error bounds for programs that multiply matrices.

A Newton-Schulz step uses its matrix several times, and what one use adds to an error another takes
away. ``Bounds`` adds up the sizes of both: after five steps its bounds are a million times as large
as any error. Here the error of every intermediate variable becomes noise terms, which the equations
after it follow with their signs; from step to step errors count with their sizes.
"""

from __future__ import annotations

from collections.abc import Mapping

from optimspec.reference.affine import Affine, as_affine
from optimspec.reference.bounded import Bounded, rounded
from optimspec.reference.bounds import Bounds
from optimspec.reference.feedback import Feedback
from optimspec.reference.formats import Array, Format
from optimspec.spec.symbols import theta


class Followed(Feedback):
    """Runs a program to values and bounds, errors followed within a step; see ``Bounds``.

    Parameters
    ----------
    parameter, state, coarse_scalars
        As for ``Bounds``.
    inside
        A format that intermediate variables are rounded to, and in which what is made of them
        alone is computed; by default that of all operations.
    """

    def __init__(
        self,
        parameter: Format,
        state: Mapping[str, Format],
        *,
        coarse_scalars: bool = False,
        inside: Format | None = None,
    ) -> None:
        super().__init__(parameter, state, coarse_scalars=coarse_scalars)
        self._inside = inside

    def intermediate(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; the rest of the error becomes noise terms of its own."""
        if not isinstance(x, Bounded) or x.format is None:
            return x
        if self._inside is None:
            return self._noted(x, x)
        narrow = rounded(x.value, x.bound, _in(x, self._inside), underflows=True)
        return self._noted(x, narrow)

    def begin(self, name: str, x: Bounded, like: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return as_affine(Bounds.begin(self, name, x, like))

    def store(self, name: str, x: Bounded, previous: Bounded) -> Affine:
        """See :class:`Arithmetic`; the next step knows the size of the error alone."""
        if name == theta.name:  # the last equation: no noise term of this step is met again
            self._terms = 0
        return as_affine(_in(Bounds.store(self, name, x, previous), self._arithmetic))


def _in(x: Bounded, into: Format) -> Bounded:
    """A value of known error as an operand of operations in that format."""
    value: Array = x.value
    return Bounded(value, x.bound, into)
