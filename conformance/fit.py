"""Finding the number of a fitted edit from what a target does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Final

import numpy as np
from sympy import Rational

from optimspec.conformance.screen import Excerpt
from optimspec.reference import Array
from optimspec.spec import Algorithm, SpecError
from optimspec.spec.fits import Fit, fits_of

_GRID: Final = np.concatenate(
    [np.logspace(-12, -1.01, 45), np.arange(0.1, 4, 0.0625), np.logspace(0.61, 6, 24)]
)
"""Where a number is looked for: a factor near one or a decay rate finely, anything else by size."""

_WHOLE: Final = range(-2, 12)
"""Where a number of steps is looked for."""

_ZOOMS: Final = 9
"""Each narrows an interval by the number of points laid in it: in all to float64's spacing."""

_POINTS: Final = 65
_MOVED: Final = 1e-3
"""How much of an element's size a number must move it by to be found from it."""

_AROUND: Final = 100
"""How far around a number found from one element that of a better element is sought, in halves."""

_DIGITS: Final = 12
_DENOMINATOR: Final = 64


def fitted(
    algorithm: Algorithm, excerpts: Sequence[Excerpt], given: Collection[str]
) -> Iterator[tuple[Algorithm, ...]]:
    """Every fit of ``algorithm`` that resembles the excerpts, its number found.

    ``given`` names the hyperparameters that the target lets callers set.

    A number that was found may be written in several ways; they come together, simplest first.
    """
    for family in fits_of(algorithm, given) if excerpts else ():
        with np.errstate(all="ignore"):
            numbers = [
                _refined(algorithm, family, excerpts, number)
                for number in _numbers(algorithm, family, excerpts)
                if all(e.resembles(algorithm, family, number) for e in excerpts)
            ]
        for number in numbers:
            forms = [x for x in _written(number, excerpts[0].half) if x != family.neutral]
            with suppress(SpecError):
                yield tuple(algorithm.edited(family.at(value)) for value in forms)


def _numbers(algorithm: Algorithm, family: Fit, excerpts: Sequence[Excerpt]) -> Sequence[float]:
    """Values of the number for which some value of some element comes out as it did."""
    if family.shifts_steps:
        return _WHOLE
    found = _first_moved(algorithm, family, excerpts)
    if found is None:
        return ()
    excerpt, step = found
    residual = _residual(algorithm, family, excerpt, step, _GRID)
    turns = np.flatnonzero(residual[:-1] * residual[1:] <= 0)
    ends = [(float(_GRID[at]), float(_GRID[at + 1])) for at in turns]
    return [_root(algorithm, family, excerpt, step, *pair) for pair in ends]


def _residual(
    algorithm: Algorithm, family: Fit, excerpt: Excerpt, step: int, numbers: Array
) -> Array:
    """How far the element is from where each number takes it."""
    value = next(islice(excerpt.run(algorithm, family, numbers), step, None))
    return np.broadcast_to(np.asarray(value - excerpt.got[step]), numbers.shape)


def _first_moved(
    algorithm: Algorithm, family: Fit, excerpts: Sequence[Excerpt]
) -> tuple[Excerpt, int] | None:
    """The first element and step that the number moves well, and to both sides of what was got.

    A step at which several numbers give exactly that, such as all above a threshold, tells none.
    None also where some element is far from all that a number of the grid gives: then no number
    explains the target.
    """
    for excerpt in excerpts:
        for step, value in enumerate(excerpt.run(algorithm, family, _GRID)):
            residual = np.broadcast_to(np.asarray(value - excerpt.got[step]), _GRID.shape)
            finite = residual[np.isfinite(residual)]
            if not finite.size or not finite.min() <= 0 <= finite.max():
                if not np.any(excerpt.close(step, value)):
                    return None
            elif _is_moved(excerpt.got[step], finite):
                return excerpt, step
    return None


def _is_moved(got: float, residual: Array) -> bool:
    moves = np.ptp(residual) > _MOVED * abs(got)
    return bool(moves and np.count_nonzero(residual == 0) < 2)


def _refined(
    algorithm: Algorithm, family: Fit, excerpts: Sequence[Excerpt], number: float
) -> float:
    """The number from the element and step that tell it best."""
    if family.shifts_steps:
        return number
    width = _AROUND * excerpts[0].half * number
    ends = np.array([number - width, number + width])
    _, excerpt, step = max(
        (
            (float(np.ptp(_residual(algorithm, family, excerpt, step, ends))), excerpt, step)
            for excerpt in excerpts
            for step in range(len(excerpt.got))
        ),
        key=lambda place: place[0],
    )
    return _root(algorithm, family, excerpt, step, number - width, number + width)


def _root(
    algorithm: Algorithm, family: Fit, excerpt: Excerpt, step: int, low: float, high: float
) -> float:
    """The number in an interval at whose ends the residual has opposite signs."""
    for _ in range(_ZOOMS):
        points = np.linspace(low, high, _POINTS)
        residual = _residual(algorithm, family, excerpt, step, points)
        turns = np.flatnonzero(residual[:-1] * residual[1:] <= 0)
        if not turns.size:
            break
        low, high = float(points[turns[0]]), float(points[turns[0] + 1])
    return (low + high) / 2


def _written(root: float, tolerance: float) -> Iterator[Rational]:
    """The root as a program may have it written: a small fraction, a short decimal, or as it is."""
    fraction = Fraction(root).limit_denominator(_DENOMINATOR)
    decimals = (Fraction(f"{root:.{digits}g}") for digits in range(1, _DIGITS + 1))
    near = (x for x in (fraction, *decimals) if abs(float(x) - root) <= tolerance * abs(root))
    for value in dict.fromkeys((*near, Fraction(root))):
        yield Rational(value.numerator, value.denominator)
