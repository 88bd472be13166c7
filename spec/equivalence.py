"""Proofs that two algorithms are one optimizer: the same parameters from the same gradients.

Intermediate variables are inlined, so that an algorithm is an update of each state variable that
the parameters depend on, and one of the parameters. Then every state variable of the second is
shown to be a multiple of the first's, and the parameters to be the same, by induction over the
steps. What cannot be proved so is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sympy

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.copies import same_but_for_copies
from optimspec.spec.exact import advance, exact_run
from optimspec.spec.identity import Domain, same, undefined_alike
from optimspec.spec.operations import TensorOperation, total
from optimspec.spec.plaintext import expression_text
from optimspec.spec.symbols import is_tensor, t, theta

_DIGITS: Final = 50
_TRIED: Final = tuple(sympy.Float(x, _DIGITS) for x in ("0.7", "-0.3", "0", "1.1", "-0.6", "0.9"))
"""Gradients of a run that shows most differences at once; RAdam takes five to be adaptive."""

_MOST: Final = 60
"""Operations in which sums over a tensor can be compared: SymPy expands products of them."""

_COPIES: Final = (
    "But for variables that are equal to another, and for signs within products of matrices, both "
    "have the same equations.",
)

Expressions = Mapping[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True, slots=True)
class _OneStep:
    """An algorithm without intermediates: what is kept, from what was kept before.

    ``updates`` and ``starts`` have the state variables that ``theta`` depends on, by their
    previous values.
    """

    theta: sympy.Expr
    updates: Expressions
    starts: Expressions


@lru_cache(maxsize=4096)
def prove_equivalent(
    one: Algorithm, other: Algorithm, *, constant_settings: bool = False
) -> tuple[str, ...] | None:
    """The steps of a proof that both give the same parameters, or None if none was found.

    It holds for all hyperparameters of their domains, all gradients and all numbers of steps, and
    where one of the two is undefined, so is the other.

    Parameters
    ----------
    constant_settings
        Whether it needs to hold only while every hyperparameter stays what it was at the start.
    """
    if _differ_in_a_run(one, other):
        return None
    if one.needs_matrices or other.needs_matrices:  # inlined, they are more than SymPy can compare
        return _COPIES if same_but_for_copies(one, other) else None
    first, second = _one_step(one), _one_step(other)
    if first == second:
        return _said(dict.fromkeys(first.updates, sympy.Integer(1)))
    if _is_never_defined(first) and _is_never_defined(second):
        return ("At the first step both divide by zero, and theta is undefined from there on.",)
    if first.updates.keys() != second.updates.keys():
        return None
    domain = Domain(one, _never_negative(one, first))
    scales = {
        kept: _scale(update, second.updates[kept], first.starts, domain)
        for kept, update in first.updates.items()
    }
    if not constant_settings and any(by.free_symbols - {t} for by in scales.values()):
        return None
    if not all(_starts_alike(first, second, kept, by, domain) for kept, by in scales.items()):
        return None
    moved = {kept: by.subs(t, t - 1) * kept for kept, by in scales.items()}
    pairs = [
        (second.updates[kept].xreplace(moved), by * first.updates[kept])
        for kept, by in scales.items()
    ]
    pairs.append((second.theta.xreplace(moved), first.theta))
    return _said(scales) if all(_same(x, y, domain) for x, y in pairs) else None


def _same(one: sympy.Expr, other: sympy.Expr, domain: Domain) -> bool:
    """Whether two expressions are the same; of large ones over a tensor, but for signs."""
    over_tensors = one.has(TensorOperation) or other.has(TensorOperation)
    if over_tensors and max(one.count_ops(), other.count_ops()) > _MOST:
        alike = sympy.signsimp(one) == sympy.signsimp(other)
        return bool(alike) and undefined_alike(one, other, domain)
    return same(one, other, domain)


def _one_step(algorithm: Algorithm) -> _OneStep:
    now = {name: _compared_plainly(x) for name, x in advance(algorithm.equations, {}).items()}
    updates = {s.variable.prev: now[s.variable] for s in algorithm.state}
    live = updates.keys() & now[theta].free_symbols
    while (grown := live | _used(updates, live)) != live:
        live = grown
    return _OneStep(
        now[theta],
        {kept: update for kept, update in updates.items() if kept in live},
        {s.variable.prev: s.start for s in algorithm.state if s.variable.prev in live},
    )


def _compared_plainly(expression: sympy.Expr) -> sympy.Expr:
    """The expression with ``x > 0`` for every norm ``sqrt(x) > 0``."""
    return expression.replace(
        lambda part: (
            isinstance(part, sympy.StrictGreaterThan)
            and part.rhs == 0
            and part.lhs.is_Pow
            and part.lhs.exp == sympy.Rational(1, 2)
            and isinstance(part.lhs.base, total)
            and part.lhs.base.args[0].as_base_exp()[1] == 2
        ),
        lambda part: part.lhs.base > 0,
    )


def _used(updates: Expressions, live: set[sympy.Symbol]) -> set[sympy.Symbol]:
    return {s for kept in live for s in updates[kept].free_symbols & updates.keys()}


def _is_never_defined(step: _OneStep) -> bool:
    """Whether the first step divides by zero whatever its inputs, and later ones build on it."""
    divisors = (power.base for power in step.theta.atoms(sympy.Pow) if power.exp.is_negative)
    return theta.prev in step.theta.free_symbols and any(d.subs(t, 1) == 0 for d in divisors)


def _scale(one: sympy.Expr, other: sympy.Expr, starts: Expressions, domain: Domain) -> sympy.Expr:
    """The multiple of the first's variable that the second's is, as the first step shows it.

    A ratio that is no scalar is none; then the variables have to be equal.
    """
    at_start = {s: sympy.Integer(0) for s in one.free_symbols if s.name.endswith("_prev")}
    at_start |= {s: x for s, x in starts.items() if not any(map(is_tensor, x.free_symbols))}
    here, there = one.subs(at_start), other.subs(at_start)
    if (here - there).has(sympy.Max) and same(here, there, domain):
        return sympy.Integer(1)
    ratio = domain.inside(there) / domain.inside(here)
    simplest = domain.outside(sympy.simplify(ratio))
    if simplest.has(sympy.nan, sympy.zoo) or any(is_tensor(s) for s in simplest.free_symbols):
        return sympy.Integer(1)
    return simplest


def _starts_alike(
    one: _OneStep, other: _OneStep, kept: sympy.Symbol, by: sympy.Expr, domain: Domain
) -> bool:
    """Whether a variable and its multiple agree before the first step, and the scale is finite."""
    return (
        not domain.hazards(by)
        and not domain.hazards(by.subs(t, t - 1))
        and same(other.starts[kept], by.subs(t, 0) * one.starts[kept], domain)
    )


def _never_negative(algorithm: Algorithm, step: _OneStep) -> frozenset[sympy.Symbol]:
    """The state variables of which no step makes a negative number."""
    chosen = frozenset(kept for kept, start in step.starts.items() if start.is_nonnegative)
    while True:
        domain = Domain(algorithm, chosen)
        kept = frozenset(s for s in chosen if domain.inside(step.updates[s]).is_nonnegative)
        if kept == chosen:
            return kept
        chosen = kept


def _said(scales: Expressions) -> tuple[str, ...]:
    names = {kept: kept.name.removesuffix("_prev") for kept in scales}
    return (
        f"Theta depends on no other state than {', '.join(names.values())}; write a step of each "
        "as the update of these and of theta."
        if names
        else "Theta depends on no state; write a step of each as one update of theta.",
        *(
            f"Let {names[kept]} of the second be ({expression_text(by)}) times {names[kept]} of "
            "the first, as it is before the first step."
            for kept, by in scales.items()
            if by != 1
        ),
        "If this and the equality of everything else that is kept hold before a step, they hold "
        "after it: the differences of the updates simplify to 0, and both are undefined at the "
        "same points.",
    )


def _differ_in_a_run(one: Algorithm, other: Algorithm) -> bool:
    """Whether a run to many digits tells them apart, which spares the attempt at a proof."""
    for x, y in zip(_run(one), _run(other), strict=False):
        if not (x.is_finite and y.is_finite):
            return bool(x.is_finite) != bool(y.is_finite)
        if abs(x - y) > sympy.Float("1e-25", _DIGITS) * (abs(x) + abs(y)):
            return True
    return False


def _run(algorithm: Algorithm) -> Iterator[sympy.Expr]:
    hyper = {h.symbol: sympy.Float(h.default, _DIGITS) for h in algorithm.hyperparameters}
    yield from exact_run(algorithm, sympy.Float("0.9", _DIGITS), _TRIED, hyper, place=(1, 2))
