"""Adam-atan2 otherwise: scaled, and with its denominator kept in place of the moment."""

from typing import Final

from sympy import Interval, Symbol, atan2, oo, sqrt

from optimspec.spec.algorithms.adam import m_hat, v, v_hat
from optimspec.spec.algorithms.adam_atan2 import ADAM_ATAN2
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import beta2, t, theta

_CODE: Final = "https://github.com/lucidrains/adam-atan2-pytorch"

a: Final = Symbol("a", nonnegative=True)
b: Final = Symbol("b", nonnegative=True)

OUTER: Final = Hyperparameter(
    a, "1.27", Interval(0, oo), "scale of the angle",
    usual="1.25", tried=("1", "0.5", "1.27"), decades=(-1, 1),
    exact="1.25", changed="2",
    keys=("a",),
)  # fmt: skip
INNER: Final = Hyperparameter(
    b, "1", Interval(0, oo), "scale of the second moment's root",
    usual="0.5", tried=("1", "0.5", "2"), decades=(-1, 1),
    exact="0.5", changed="2",
    keys=("b",),
)  # fmt: skip

ATAN2_SCALED: Final = Edit(
    id="atan2-scaled",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step is a atan2(m_hat, b sqrt(v_hat)).",
    effect="With a = 4 / pi and b = 1 a constant gradient makes steps of alpha, as Adam's are, "
    "instead of alpha pi / 4.",
    test="One step: |step| / alpha is a atan(1 / b).",
    seen_in="adam-atan2-pytorch, where a = 1.27 and b = 1 unless they are given.",
    links=(_CODE,),
    operations=(
        Substitute(atan2(m_hat, sqrt(v_hat)), a * atan2(m_hat, b * sqrt(v_hat)), within=(theta,)),
    ),
    hyperparameters=(OUTER, INNER),
    option="a",
    only=frozenset({"adam-atan2"}),
)

DENOMINATOR_KEPT: Final = Edit(
    id="denominator-kept",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment is corrected and rooted in place, and the root is what the next "
    "step averages.",
    effect="Roots are averaged with squares: small moments grow, and the steps shrink.",
    remedy="Take the root into a temporary.",
    test="Two steps; the first is right.",
    seen_in="The first versions of adam-atan2-pytorch, fixed.",
    links=(
        f"{_CODE}/blob/053957fdaf1d66b3ada86ddb3ae6b515c0f03dce/adam_atan2_pytorch/adam_atan2.py",
    ),
    operations=(
        Replace(v, sqrt(ADAM_ATAN2[v].rhs / (1 - beta2**t))),
        Replace(v_hat, v**2),
    ),
    only=frozenset({"adam-atan2"}),
)
