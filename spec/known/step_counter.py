"""Step counters that start or advance wrongly; each shifts every use of ``t``."""

from typing import Final

from sympy import Integer, Max

from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import count, index, t

STEP_STAYS_AT_ONE: Final = Edit(
    id="step-stays-at-one",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The step counter stays at 1: the moments are divided by 1 - beta at every step.",
    effect="Steps end up sqrt(1-beta2) / (1-beta1) times as long: 0.316 for betas (0.9, 0.999), "
    "2.24 for (0.9, 0.95). "
    "Relative difference of the displacement: 0 at t = 1, 0.69 at t = 10, "
    "0.64 at t = 100, 0.49 at t = 1000.",
    remedy="Increase the counter at every step, and raise beta to its power.",
    test="Two steps or more; the first is right.",
    seen_in="OLMo-core's SkipStepAdamW until 2025, fixed by an option; ML-From-Scratch, whose "
    "formula has no power, open.",
    links=(
        "https://github.com/allenai/OLMo-core/pull/317",
        "https://github.com/eriklindernoren/ML-From-Scratch/issues/35",
    ),
    operations=(Substitute(t, Integer(1)),),
)

STEP_STARTS_AT_ZERO: Final = Edit(
    id="step-starts-at-zero",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The step counter is 0 at the first update.",
    effect="The first bias correction is a division by zero: parameters are NaN from then on.",
    remedy="Increase the counter before it is used.",
    test="One step: it must be finite.",
    seen_in="nd4j and burn's AdamW, both fixed.",
    links=(
        "https://github.com/deeplearning4j/nd4j/pull/1227",
        "https://github.com/tracel-ai/burn/issues/834",
    ),
    operations=(Substitute(t, t - 1),),
)

STEP_STARTS_AT_TWO: Final = Edit(
    id="step-starts-at-two",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The step counter is 2 at the first update.",
    effect="The first step is 26 % shorter for betas (0.9, 0.999); the difference fades with t. "
    "Relative difference of the displacement: 0.26 at t = 1, 0.1 at t = 10, "
    "0.039 at t = 100, 0.013 at t = 1000.",
    remedy="Start the counter at 0 and increase it before it is used.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="cs231n's second assignment, open; said of Keras without evidence.",
    aliases=("step-starts-at-0-or-2",),
    links=(
        "https://github.com/cs231n/cs231n.github.io/issues/179",
        "https://github.com/tensorflow/tensorflow/issues/35444",
    ),
    operations=(Substitute(t, t + 1),),
)

STEP_COUNTER_PER_PARAMETER: Final = Edit(
    id="step-counter-per-parameter",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="One counter serves all parameters and advances once for each of them.",
    effect="With several parameters t runs too fast: the bias correction fades early, differently "
    "for each parameter. Of three, the second takes a first step 26 % too short. "
    "Relative difference of the displacement: 0.26 at t = 1, 0.14 at t = 10, "
    "0.29 at t = 100, 0.27 at t = 1000.",
    remedy="Keep a counter per parameter, or advance a common one once per step.",
    test="Two equal parameters with equal gradients: they must stay equal.",
    seen_in="flashlight, DiffSharp, mlx-node and DeepSpeed with ZeRO-3, which counted sub-groups; "
    "all fixed. Many Adams written from scratch.",
    aliases=("deepspeed-group-step-under-zero3",),
    links=(
        "https://github.com/flashlight/flashlight/issues/143",
        "https://github.com/DiffSharp/DiffSharp/issues/292",
        "https://github.com/mlx-node/mlx-node/pull/11",
        "https://github.com/deepspeedai/DeepSpeed/pull/1823",
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
    "parameter. "
    "Relative difference of the displacement: 0 at t = 1, 0.072 at t = 10, "
    "0.29 at t = 100, 0.27 at t = 1000.",
    remedy="Keep a counter per parameter, or advance a common one once per step.",
    test="Two equal parameters with equal gradients, two steps: they must stay equal.",
    seen_in="The function of a blog post, whose arithmetic optimspec.impls.blog_function has.",
    links=("https://github.com/DiffSharp/DiffSharp/issues/292",),
    operations=(Substitute(t, Max(1, count * (t - 2) + index + 2)),),
)
