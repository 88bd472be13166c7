"""The second moment of a published algorithm, as its second version printed it."""

from typing import Final

from optimspec.spec.algorithms.adam import v
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta2

SECOND_MOMENT_DECAY_INVERTED: Final = Edit(
    id="second-moment-decay-inverted",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment is multiplied by 1 / beta2 instead of beta2.",
    effect="The past never fades and grows with every step: steps shrink towards nothing. "
    "Relative difference of the displacement: 0 at t = 1, 0.002 at t = 10, "
    "0.023 at t = 100, 0.24 at t = 1000.",
    remedy="Write v = beta2 * v + (1 - beta2) * grad**2.",
    test="Two steps with beta2 = 0.5; the first is right.",
    seen_in="Versions 2 and 3 of the paper on RAdam; its code is right.",
    links=("https://github.com/LiyuanLucasLiu/RAdam/issues/55",),
    operations=(Substitute(beta2 * v.prev, v.prev / beta2, within=(v,)),),
)
