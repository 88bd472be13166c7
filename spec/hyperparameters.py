"""What users set: the scalars that algorithms share, with the values worth running them on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sympy
from sympy import Interval, oo

from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam, mu, tau


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """A scalar the user sets.

    Parameters
    ----------
    symbol
        Its symbol in the equations.
    default
        The paper's recommended value, written as a decimal string so that it stays exact.
    domain
        The values for which the algorithm is defined.
    meaning
        What it is, in a few words.
    usual
        What the curated cases take that say nothing else; the target's own value if empty.
    tried
        What a search for a counterexample tries, the plainest value first; none if it keeps the
        target's value.
    decades
        The powers of ten between which random values are drawn, if any; for a share, that of 1
        minus the value.
    exact, changed
        Two telling values, the first of them exact in binary: what a curated case takes from the
        start, and what another takes in the middle of its run.
    keys
        What it is called in code, likeliest first.
    pair
        The keyword and the index under which it is kept if it comes together with others.
    """

    symbol: sympy.Symbol
    default: str
    domain: sympy.Interval
    meaning: str
    usual: str = ""
    tried: tuple[str, ...] = ()
    decades: tuple[int, int] | None = None
    exact: str = ""
    changed: str = ""
    keys: tuple[str, ...] = ()
    pair: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        """The symbol's name."""
        return str(self.symbol.name)

    @property
    def value(self) -> sympy.Rational:
        """The default as an exact rational."""
        return sympy.Rational(self.default)

    @property
    def is_share(self) -> bool:
        """Whether its values end at 1, as those of a decay rate do."""
        return bool(self.domain.sup == 1)

    @property
    def may_vanish(self) -> bool:
        """Whether 0 is in its domain."""
        return self.admits(0)

    def admits(self, value: float) -> bool:
        """Whether a number is in its domain."""
        low, high, is_left_open, is_right_open = _ends(self.domain)
        above = low < value if is_left_open else low <= value
        return above and (value < high if is_right_open else value <= high)


@lru_cache
def _ends(domain: sympy.Interval) -> tuple[float, float, bool, bool]:
    """The ends of an interval, and whether each is open; SymPy takes long to compare with them."""
    return (
        float(domain.start),
        float(domain.end),
        bool(domain.left_open),
        bool(domain.right_open),
    )


_POSITIVE: Final = Interval(0, oo)
_SHARE: Final = Interval.Ropen(0, 1)

# Cases take a larger step size than the papers' 1e-3, so that updates are not lost beneath the
# rounding of the parameters in the narrow formats.
ALPHA: Final = Hyperparameter(
    alpha, "0.001", _POSITIVE, "step size",
    usual="0.05", tried=("1", "0.5", "0.1", "0.001", "1/1024"), decades=(-5, 0),
    exact="1/32", changed="1/8",
    keys=("lr", "learning_rate", "alpha", "learning_rate_init"),
)  # fmt: skip
BETA1: Final = Hyperparameter(
    beta1, "0.9", _SHARE, "decay rate of the first moment",
    tried=("0", "0.5", "0.9", "0.99"), decades=(-3, 0),
    exact="0.5", changed="0.5",
    keys=("beta1", "b1", "beta_1"), pair=("betas", 0),
)  # fmt: skip
BETA2: Final = Hyperparameter(
    beta2, "0.999", _SHARE, "decay rate of the second moment",
    tried=("0", "0.5", "0.75", "0.99", "0.999"), decades=(-5, 0),
    exact="0.75", changed="0.75",
    keys=("beta2", "b2", "beta_2"), pair=("betas", 1),
)  # fmt: skip
EPS: Final = Hyperparameter(
    eps, "1e-8", _POSITIVE, "keeps the denominator from zero",
    tried=("0", "1", "0.5", "1e-3", "1e-8"), decades=(-12, 0),
    exact="1/1024", changed="0.25",
    keys=("eps", "epsilon"),
)  # fmt: skip
WEIGHT_DECAY: Final = Hyperparameter(
    lam, "0.01", _POSITIVE, "weight decay",
    usual="0.1", tried=("0", "1", "0.5", "0.01"), decades=(-4, 0),
    exact="0.125", changed="0.5",
    keys=("weight_decay",),
)  # fmt: skip
# Without momentum there is nothing to look ahead: PyTorch refuses nesterov with mu = 0.
MU: Final = Hyperparameter(
    mu, "0.9", Interval.open(0, 1), "momentum",
    usual="0.9", tried=("0.5", "0.9", "0.99"), decades=(-3, 0),
    exact="0.5", changed="0.5",
    keys=("momentum", "mu"),
)  # fmt: skip
TAU: Final = Hyperparameter(
    tau, "0.5", Interval(0, 1), "dampening of the momentum",
    usual="0.5", tried=("0", "1", "0.5", "0.25"), decades=(-3, 0),
    exact="0.25", changed="0.25",
    keys=("dampening",),
)  # fmt: skip
