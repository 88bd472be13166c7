"""Bias correction within the averages."""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, t

_FIRST: Final = 1 - beta1**t
_SECOND: Final = 1 - beta2**t

CORRECTED_AVERAGES: Final = Edit(
    id="corrected-averages",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The averages themselves are kept bias-corrected: their beta is "
    "beta (1-beta^(t-1)) / (1-beta^t) at step t, as Adafactor's is.",
    effect="None while the betas stay the same, but the state is m_hat and v_hat. After a change "
    "of a beta the old average has the weight that the new one would have given it.",
    test="Change beta2 between two steps.",
    seen_in="optimi.",
    links=("https://github.com/warner-benjamin/optimi",),
    operations=(
        Substitute(beta1 * m.prev, beta1 * (1 - beta1 ** (t - 1)) / _FIRST * m.prev, within=(m,)),
        Substitute(1 - beta1, (1 - beta1) / _FIRST, within=(m,)),
        Substitute(_FIRST, Integer(1), within=(m_hat,)),
        Substitute(beta2 * v.prev, beta2 * (1 - beta2 ** (t - 1)) / _SECOND * v.prev, within=(v,)),
        Substitute(1 - beta2, (1 - beta2) / _SECOND, within=(v,)),
        Substitute(_SECOND, Integer(1), within=(v_hat,)),
    ),
)
