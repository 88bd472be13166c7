"""What test vectors are for: flags that follow from their inputs, and notes that explain them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimspec.reference import Array, Experiment

MANY: Final = 100
"""Steps from which on a run counts as long."""


@dataclass(frozen=True)
class Flag:
    """A property of inputs that makes them telling.

    Attributes
    ----------
    entry
        An entry of the catalogue of what has gone wrong there, in this algorithm or another.
    holds
        Whether an experiment has it.
    """

    id: str
    purpose: str
    entry: str
    holds: Callable[[Experiment], bool]


def _gradients(experiment: Experiment) -> Array:
    """The sizes of all gradients' elements."""
    given = [np.abs(g).ravel() for row in experiment.gradients for g in row if g is not None]
    return np.concatenate(given)


def _changed(experiment: Experiment) -> set[str]:
    return {name for new in experiment.changes.values() for name in new}


def _leaves_range(experiment: Experiment) -> bool:
    sizes, into = _gradients(experiment), experiment.arithmetic
    with np.errstate(over="ignore", under="ignore"):
        squares = sizes[sizes > 0] ** 2
    return bool(np.any((squares > into.largest) | (squares < into.smallest_normal)))


def _shows_eps(experiment: Experiment) -> bool:
    sizes = _gradients(experiment)
    return bool(np.any((sizes > 0) & (sizes <= experiment.hyper.get("epsilon", 0.0))))


FLAGS: Final = (
    Flag(
        "one-step",
        "a single step, in which bias correction and step counter show most",
        "step-starts-at-zero",
        lambda x: len(x.gradients) == 1,
    ),
    Flag(
        "many-steps",
        f"{MANY} steps or more: errors that grow, counters that stop",
        "step-counter-saturates",
        lambda x: len(x.gradients) >= MANY,
    ),
    Flag(
        "several-parameters",
        "several parameters, each with a state and a step counter of its own",
        "step-counter-per-parameter",
        lambda x: len(x.theta0) > 1,
    ),
    Flag(
        "step-size-changes",
        "the step size alpha takes new values during the run",
        "lr-inside-velocity",
        lambda x: "alpha" in _changed(x),
    ),
    Flag(
        "settings-change",
        "other hyperparameters than alpha take new values during the run",
        "iterated-powers",
        lambda x: bool(_changed(x) - {"alpha"}),
    ),
    Flag(
        "zero-gradient",
        "gradients that are exactly zero",
        "eps-missing",
        lambda x: bool(np.any(_gradients(x) == 0)),
    ),
    Flag(
        "eps-shows",
        "gradients no larger than eps, where it matters how eps enters",
        "eps-inside-root",
        _shows_eps,
    ),
    Flag(
        "eps-zero",
        "eps is 0, so that it hides nothing",
        "eps-underflows-in-float16",
        lambda x: x.hyper.get("epsilon") == 0,
    ),
    Flag(
        "beta-zero",
        "beta1 or beta2 is 0, so that a moment is the last gradient's alone",
        "betas-swapped",
        lambda x: 0 in (x.hyper.get("beta1"), x.hyper.get("beta2")),
    ),
    Flag(
        "range-left",
        "gradients whose squares are beyond the normal range of the format",
        "eps-underflows-in-float16",
        _leaves_range,
    ),
)
"""All flags, in the order in which vectors have them."""


def flags_of(experiment: Experiment) -> list[str]:
    """The ids of the flags that hold for an experiment."""
    return [flag.id for flag in FLAGS if flag.holds(experiment)]


def explained(ids: Iterable[str]) -> list[Flag]:
    """The flags of these ids, in their order."""
    wanted = set(ids)
    return [flag for flag in FLAGS if flag.id in wanted]
