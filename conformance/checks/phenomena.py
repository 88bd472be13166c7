"""What happens to optimizers in formats of few bits: the inputs that bring each of it about."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimspec.conformance.regimes import Gradients, Regime
from optimspec.reference import Array, Format
from optimspec.spec.catalogue import HYPERPARAMETERS


@dataclass(frozen=True)
class Phenomenon:
    """Inputs under which a narrow format may leave an optimizer without an answer.

    Parameters
    ----------
    regime
        The gradients, settings and start in a format, with their name and purpose; every
        parameter starts at ``start``. None if they are too long for the format.
    cites
        Who has met it.
    needs
        Hyperparameters that must be settable, by spec name.
    of_the_counter
        Whether it is a matter of the step counter: then any departure from the equations is looked
        for, provided that they depend on the step.
    """

    regime: Callable[[Format], Regime | None]
    cites: str
    needs: frozenset[str] = frozenset()
    of_the_counter: bool = False


STEPS: Final = 20
"""What is lost in each is a tenth of half a rounding at least: in ten of them it shows."""

LONGEST: Final = 2**8
"""Counters are followed where they stop by then: at 2^p, which is 256 in bfloat16."""

DECAY_RATES: Final = tuple(
    name for name, h in HYPERPARAMETERS.items() if h.is_share and not h.admits(1)
)


def absorbed(into: Format) -> float:
    """The largest power of ten that 1 absorbs: 1 - x rounds to 1 in the format."""
    return float(10.0 ** math.floor(math.log10(into.unit_roundoff / 2)))


def _rows(sizes: Array, signs: Array) -> Gradients:
    """Gradients of those sizes in the columns and signs in the rows."""
    return lambda rng, steps, elements: np.outer(signs, sizes)  # noqa: ARG005


def _zero(into: Format) -> Regime:
    del into
    purpose = "gradients that are exactly zero"
    return Regime("zero-gradient", purpose, _rows(np.zeros(1), np.ones(4)), 4, 1,
                  {"epsilon": 1e-8})  # fmt: skip


def _tiny(into: Format) -> Regime:
    smallest = 2.0**into.quantum_exponent
    sizes = np.array([smallest, *(math.sqrt(smallest) * np.array([0.25, 1, 4, 16]))])
    purpose = "gradients whose squares underflow"
    return Regime("tiny-gradient", purpose, _rows(sizes, np.ones(4)), 4, len(sizes),
                  {"epsilon": 1e-8})  # fmt: skip


def _huge(into: Format) -> Regime:
    sizes = math.sqrt(into.largest) * np.array([0.25, 0.5, 0.9, 2, 8])
    purpose = "gradients of changing sign whose squares overflow"
    return Regime("huge-gradient", purpose, _rows(sizes, np.resize([1.0, -1.0], 6)), 6, len(sizes))


def _averages(into: Format) -> Regime:
    purpose = "decay rates that round to 1"
    rates = dict.fromkeys(DECAY_RATES, 1 - absorbed(into))
    signs = np.array([1.0, *np.zeros(STEPS - 1)])
    return Regime("decay-rate-near-one", purpose, _rows(np.ones(1), signs), STEPS, 1, rates,
                  start=0.0)  # fmt: skip


def _updates(into: Format) -> Regime:
    purpose = "updates of less than half a unit in a parameter's last place"
    return Regime("small-update", purpose, _rows(np.ones(1), np.ones(STEPS)), STEPS, 1,
                  {"alpha": absorbed(into), "lambda": 0.0})  # fmt: skip


def _decay(into: Format) -> Regime:
    purpose = "weight decay of less than half a unit in a parameter's last place"
    settings = {"alpha": 0.1, "lambda": 10 * absorbed(into), "epsilon": 0.5}
    return Regime("small-weight-decay", purpose, _rows(np.zeros(1), np.ones(STEPS)), STEPS, 1,
                  settings)  # fmt: skip


def _late(into: Format) -> Regime | None:
    stops = 2**into.precision
    if stops > LONGEST:
        return None
    steps = 2 * stops
    signs = np.array([*np.zeros(steps - 1), 1.0])
    # With beta1 so near to 1, the first moment is corrected by nearly 1 / t.
    settings = {"beta1": 0.9999, "beta2": 0.5, "epsilon": 2.0**-10, "lambda": 0.0}
    return Regime("step-counter", f"more steps than the {stops} up to which {into.name} counts",
                  _rows(np.ones(1), signs), steps, 1, settings, start=0.0)  # fmt: skip


PHENOMENA: Final = (
    Phenomenon(_zero, "https://github.com/google-deepmind/optax/issues/1754"),
    Phenomenon(_tiny, "https://github.com/kozistr/pytorch_optimizer/issues/519"),
    Phenomenon(_huge, "https://github.com/pytorch/pytorch/issues/97004"),
    Phenomenon(_averages, "https://github.com/keras-team/keras/pull/21238"),
    Phenomenon(_updates, "https://github.com/pytorch/ao/pull/1124", frozenset({"alpha"})),
    Phenomenon(
        _decay,
        "https://github.com/Nerogar/OneTrainer/issues/996",
        frozenset({"alpha", "lambda"}),
    ),
    Phenomenon(
        _late,
        "https://github.com/pytorch/pytorch/pull/173901",
        frozenset({"beta1"}),
        of_the_counter=True,
    ),
)
