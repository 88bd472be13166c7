"""Identities of expressions in which hyperparameters and state have their domains' signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sympy

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.operations import TensorOperation
from optimspec.spec.symbols import count, index, t

_RATE: Final = sympy.Interval.Ropen(0, 1)


class Domain:
    """The signs that follow from where an algorithm is defined.

    Parameters
    ----------
    algorithm
        Its hyperparameters in [0, 1) make 1 - beta^n positive for every n > 0.
    never_negative
        Symbols that stand for numbers that are not negative.
    """

    def __init__(self, algorithm: Algorithm, never_negative: frozenset[sympy.Symbol]) -> None:
        self._rates = {h.symbol for h in algorithm.hyperparameters if h.domain == _RATE}
        self._known = {s: sympy.Symbol(s.name, nonnegative=True) for s in never_negative}
        self._meaning = {new: old for old, new in self._known.items()}

    def inside(self, expression: sympy.Expr) -> sympy.Expr:
        """``expression`` with symbols that carry their signs; a sum over a tensor is one too."""
        signed = expression.xreplace(self._known).replace(self._is_complement, self._complement)
        signed = signed.xreplace({part: self._sum(part) for part in _sums(signed)})
        return signed.replace(sympy.atan2, _angle)

    def outside(self, expression: sympy.Expr) -> sympy.Expr:
        """What :meth:`inside` made an expression of, undone."""
        return expression.xreplace(self._meaning)

    def _is_complement(self, part: sympy.Expr) -> bool:
        return part.is_Add and (self._is_positive(part) or self._is_positive(-part))

    def _is_positive(self, part: sympy.Expr) -> bool:
        """Whether ``part`` is 1 - beta^n with n > 0."""
        base, exponent = (1 - part).as_base_exp()
        return base in self._rates and bool(exponent.is_positive)

    def _complement(self, part: sympy.Expr) -> sympy.Expr:
        if not self._is_positive(part):
            return -self._complement(-part)
        symbol = sympy.Symbol(f"<{part}>", positive=True)
        self._meaning[symbol] = part
        return symbol

    def _sum(self, part: TensorOperation) -> sympy.Symbol:
        symbol = sympy.Symbol(f"<{part}>", real=True, nonnegative=part.args[0].is_nonnegative)
        self._meaning[symbol] = self.outside(part)
        return symbol

    def hazards(self, expression: sympy.Expr) -> list[tuple[bool, sympy.Expr]]:
        """What may make it undefined: denominators that may vanish, roots of what may be negative.

        Each is paired with whether it is a root.
        """
        return list(_hazards(self.inside(expression)))


def _sums(expression: sympy.Basic) -> Iterator[TensorOperation]:
    """The operations on tensors in an expression that are in no other."""
    if isinstance(expression, TensorOperation):
        yield expression
        return
    for part in expression.args:
        yield from _sums(part)


def _angle(y: sympy.Expr, x: sympy.Expr) -> sympy.Expr:
    """``atan2(y, x)`` without a common positive factor; right of the axis it is odd in y."""
    of_x = sympy.Mul.make_args(x)
    common = sympy.Mul(*(f for f in sympy.Mul.make_args(y) if f.is_positive and f in of_x))
    y, x = sympy.expand(y / common), x / common  # one of y and -y extracts a sign once expanded
    if x.is_nonnegative and y.could_extract_minus_sign():
        return -sympy.atan2(-y, x)
    return sympy.atan2(y, x)


def _hazards(inside: sympy.Expr) -> Iterator[tuple[bool, sympy.Expr]]:
    for power in sorted(inside.atoms(sympy.Pow), key=str):
        base, exponent = power.args
        if not (exponent.is_nonnegative or base.is_nonzero):
            yield False, base
        if not (exponent.is_integer or base.is_nonnegative):
            yield True, base


def same(x: sympy.Expr, y: sympy.Expr, domain: Domain) -> bool:
    """Whether ``x`` and ``y`` can be proved equal, and undefined at the same points."""
    return _equal(x, y, domain) and undefined_alike(x, y, domain)


def _equal(x: sympy.Expr, y: sympy.Expr, domain: Domain) -> bool:
    if sympy.expand(x - y) == 0:
        return True
    simplified = sympy.simplify(domain.inside(x) - domain.inside(y))
    if sympy.expand(domain.outside(simplified)) == 0:
        return True
    return (x - y).has(sympy.Max) and all(sympy.expand(part) == 0 for part in _by_step(x - y))


def _by_step(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    """An expression at the first step and at any later one, for any place among the parameters."""
    later, before, after = sympy.symbols("later before after", integer=True, nonnegative=True)
    place = {index: before, count: before + after + 1}
    yield from (expression.subs({t: step, **place}) for step in (sympy.Integer(1), later + 2))


def undefined_alike(x: sympy.Expr, y: sympy.Expr, domain: Domain) -> bool:
    """Whether each hazard of one is one of the other."""
    one, other = domain.hazards(x), domain.hazards(y)
    return all(
        any(is_root == was_root and _are_alike(a, b, domain) for was_root, b in found)
        for these, found in ((one, other), (other, one))
        for is_root, a in these
    )


def _are_alike(one: sympy.Expr, other: sympy.Expr, domain: Domain) -> bool:
    """Whether one is a positive multiple of the other, or both sum the same over a tensor."""
    if sympy.simplify(one / other).is_positive:
        return True
    here, there = domain.outside(one), domain.outside(other)
    return (
        isinstance(here, TensorOperation)
        and here.func is there.func
        and all(same(x, y, domain) for x, y in zip(here.args, there.args, strict=True))
    )
