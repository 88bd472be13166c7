"""Step counters that start or advance wrongly; each shifts every use of ``t``."""

from typing import Final

from sympy import Max

from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import count, index, t

STEP_STARTS_AT_TWO: Final = Edit(
    id="step-starts-at-two",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The step counter is 2 at the first update.",
    effect="The first step is 26 % shorter for betas (0.9, 0.999); 1.4 % at t = 1000.",
    remedy="Start the counter at 0 and increase it before it is used.",
    links=("https://github.com/cs231n/cs231n.github.io/issues/179",),
    operations=(Substitute(t, t + 1),),
)

STEP_COUNTER_PER_PARAMETER: Final = Edit(
    id="step-counter-per-parameter",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="One counter serves all parameters and advances once for each of them.",
    effect="With several parameters t runs too fast: the bias correction fades early, differently "
    "for each parameter.",
    remedy="Keep a counter per parameter, or advance a common one once per step.",
    links=(
        "https://github.com/flashlight/flashlight/issues/143",
        "https://github.com/DiffSharp/DiffSharp/issues/292",
    ),
    operations=(Substitute(t, count * (t - 1) + index + 1),),
)

STEP_COUNTER_PER_PARAMETER_RESET: Final = Edit(
    id="step-counter-per-parameter-reset",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="One counter serves all parameters and advances once for each of them, except in "
    "the first step, where it is set to 1 for each.",
    effect="The first step is right; from the second t runs too fast, differently for each "
    "parameter.",
    remedy="Keep a counter per parameter, or advance a common one once per step.",
    links=("https://github.com/DiffSharp/DiffSharp/issues/292",),
    operations=(Substitute(t, Max(1, count * (t - 2) + index + 2)),),
)
