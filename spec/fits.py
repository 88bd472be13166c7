"""Families of edits with one unknown number, for every algorithm: another step size, a fixed beta.

An implementation that differs from its paper by a number has an edit of one of these families; the
number is found from what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import sympy

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import t


@dataclass(frozen=True, slots=True)
class Fit:
    """Edits that differ in one number.

    Parameters
    ----------
    id
        Name of the family.
    statement
        What such an edit does, with ``{}`` where the number goes.
    symbol
        The scalar that is replaced: a hyperparameter's symbol, or ``t``.
    replaced
        From the scalar and the number to what takes the scalar's place, in any arithmetic.
    neutral
        The number that changes nothing, if there is one.
    kind
        A bug, unless nobody can give another value.
    """

    id: str
    statement: str
    symbol: sympy.Symbol
    replaced: Callable[[Any, Any], Any]
    neutral: sympy.Integer | None
    kind: Kind = Kind.BUG

    @property
    def _remedy(self) -> str:
        if self.kind is Kind.VARIANT:
            return ""
        if self.shifts_steps:
            return "Start the counter at 0 and increase it before it is used."
        return "Use the value that the caller gave, as it is."

    @property
    def shifts_steps(self) -> bool:
        """Whether the number is an integer, added to the step counter."""
        return self.symbol == t

    def at(self, value: sympy.Rational) -> Edit:
        """The edit with this number."""
        shown = str(value) if value.is_integer else f"{float(value):.15g}"
        category = Category.STEP_COUNTER if self.shifts_steps else Category.HYPERPARAMETER
        return Edit(
            id=f"{self.id}:{shown}",
            kind=self.kind,
            category=category,
            statement=self.statement.format(shown),
            effect="The number was found from what the implementation does.",
            remedy=self._remedy,
            links=(),
            operations=(Substitute(self.symbol, self.replaced(self.symbol, value)),),
        )


def fits_of(algorithm: Algorithm, given: Collection[str] | None = None) -> tuple[Fit, ...]:
    """The families that can be edits of ``algorithm``: two for each hyperparameter, one for t.

    ``given`` names the hyperparameters that a caller can set, by default all. Any other has some
    value, which is nobody's mistake.
    """
    families = []
    for h in algorithm.hyperparameters:
        if given is not None and h.name not in given:
            own = f"{h.name} is {{}}, and cannot be set."
            families.append(Fit(f"{h.name}-fixed", own, h.symbol, _number, None, Kind.VARIANT))
            continue
        scaled = f"{h.name} is multiplied by {{}}."
        fixed = f"{h.name} is {{}}, whatever the caller gives."
        families.append(Fit(f"{h.name}-scaled", scaled, h.symbol, _product, sympy.Integer(1)))
        families.append(Fit(f"{h.name}-fixed", fixed, h.symbol, _number, None))
    shifted = "The step counter is ahead by {}."
    return (*families, Fit("step-shifted", shifted, t, _sum, sympy.Integer(0)))


def _product(x: Any, number: Any) -> Any:  # noqa: ANN401 - SymPy's, NumPy's, or a number
    return x * number


def _number(x: Any, number: Any) -> Any:  # noqa: ANN401
    del x
    return number


def _sum(x: Any, number: Any) -> Any:  # noqa: ANN401
    return x + number
