"""Entries of the catalogue: what implementations of optimizers have done otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sympy import Expr


class Kind(StrEnum):
    """What an entry is to the algorithm it concerns."""

    VARIANT = "variant"
    """Somebody documented it on purpose."""
    BUG = "bug"
    """Somebody made it by mistake."""
    BY_DESIGN = "by-design"
    """It was reported as a mistake, and its authors stand by it."""
    FALSE_ALARM = "false-alarm"
    """It was reported as a mistake, and it is none."""


class Category(StrEnum):
    """What goes otherwise. Edits are combined in this order."""

    FORMULA = "formula"
    BIAS_CORRECTION = "bias-correction"
    WEIGHT_DECAY = "weight-decay"
    EPSILON = "epsilon"
    HYPERPARAMETER = "hyperparameter"
    STEP_COUNTER = "step-counter"
    PRECISION = "precision"
    LAYOUT = "layout"
    PARAM_GROUP = "param-group"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A documented departure from an algorithm.

    Parameters
    ----------
    id
        Lower-case words joined by hyphens.
    kind, category
        What it is, and what it concerns.
    statement
        What an implementation that has it does, in one sentence.
    effect
        What a user of it notices, with its size.
    links
        Where it is documented, or where it was made.
    remedy
        For a bug, what to change; empty otherwise.
    test
        How to see it: inputs and settings under which it shows.
    seen_in
        Who has it or had it, and what became of it.
    aliases
        Other names it is found by, such as those of particular reports.
    """

    id: str
    kind: Kind
    category: Category
    statement: str
    effect: str
    links: tuple[str, ...]
    remedy: str = ""
    test: str = ""
    seen_in: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Entry):
    """An entry that equations do not show; a specimen in code has it.

    Parameters
    ----------
    specimen
        Where the specimen is, ``module:attribute``: a target, or a mixin that plants the fault
        into an optimizer before whose class it stands.
    into
        For a mixin, the optimizers it is planted into by the suite's own tests.
    spec
        For a target, the specification that it claims; a mixin leaves its optimizer's claim.
    formats
        The parameter formats in which it is judged, so that it shows.
    needs
        What an algorithm must have for it: names of hyperparameters or options, ``t`` for a step
        counter, ``state`` for any state, ``moment`` for one that gathers gradients, expressions
        that occur in its equations. A mixin may be in every algorithm that has them.
    caught_by
        Ids of the checks by which it shows; none for what conforms. Where the formula does not
        fit, what is measured against it may fail besides.
    """

    specimen: str
    into: tuple[str, ...] = ()
    spec: str = "adam"
    formats: tuple[str, ...] = ("float64",)
    needs: tuple[str | Expr, ...] = ()
    caught_by: tuple[str, ...] = ()
