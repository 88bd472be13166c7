"""Updates that use the moments by another formula, or not at all."""

from typing import Final

from sympy import sqrt

from optimspec.spec.edit import Edit, Replace
from optimspec.spec.entry import Category, Kind
from optimspec.spec.matching import SubstituteRooted, rooted
from optimspec.spec.symbols import eps, theta

ROOT_MISSING: Final = Edit(
    id="root-missing",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The step is divided by v_hat, not by its square root.",
    effect="The step scales as 1 / |g|: it explodes for small gradients. "
    "Relative difference of the displacement: 4.4 at t = 1, 1.5 at t = 10, "
    "0.58 at t = 100, 0.19 at t = 1000.",
    remedy="Take the square root of v_hat.",
    test="The same gradients multiplied by 4: the steps must not change.",
    seen_in="The formula on labml's page about Adam; its code takes the root.",
    links=("https://nn.labml.ai/optimizers/adam.html",),
    operations=(SubstituteRooted(sqrt(rooted) + eps, rooted + eps),),
)

DENOMINATOR_MULTIPLIED: Final = Edit(
    id="denominator-multiplied",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The step is multiplied by sqrt(v_hat) + eps instead of divided.",
    effect="The step scales as g^2: large gradients diverge, small ones do nothing. "
    "Relative difference of the displacement: 1.1 at t = 1, 0.69 at t = 10, "
    "0.39 at t = 100, 0.13 at t = 1000.",
    remedy="Divide by sqrt(v_hat) + eps.",
    test="The same gradients multiplied by 4: the steps must not change.",
    seen_in="Tribuo until 2025, fixed.",
    links=("https://github.com/oracle/tribuo/pull/401",),
    operations=(SubstituteRooted(1 / (sqrt(rooted) + eps), sqrt(rooted) + eps),),
)

UPDATE_LOST: Final = Edit(
    id="update-lost",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The update is computed and the parameter is never changed.",
    effect="Parameters keep their start values, and nothing reports an error. "
    "Relative difference of the displacement: 1 at t = 1, 1 at t = 10, "
    "1 at t = 100, 1 at t = 1000.",
    remedy="Assign the new value to the parameter itself, not to a copy.",
    test="One step with a gradient of 1: the parameter must move.",
    seen_in="DeepSpeed's FusedAdam for tensors of 2^31 elements or more, fixed; the comparisons in "
    "the tests of apex and DeepSpeed accept it.",
    links=(
        "https://github.com/deepspeedai/DeepSpeed/issues/7640",
        "https://github.com/deepspeedai/DeepSpeed/pull/5187",
    ),
    operations=(Replace(theta, theta.prev),),
)
