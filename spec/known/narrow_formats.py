"""What narrow formats do to an optimizer that rounds as well as it can."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind
from optimspec.spec.symbols import alpha, lam

DECAY_ROUNDS_TO_ONE: Final = Fault(
    id="decay-rounds-to-one",
    kind=Kind.BY_DESIGN,
    category=Category.PRECISION,
    statement="The factor 1 - alpha lambda is rounded to the format of the parameters.",
    effect="In bfloat16 it is 1 for alpha lambda below 2^-9, and no weight decays. It is one "
    "rounding, as the error bound allows; a wider factor would be lost in the product instead.",
    test="Step a bfloat16 parameter with a gradient of zeros and alpha lambda = 0.001.",
    seen_in="OneTrainer's Adam and AdamW with bfloat16 weights; float32 copies of the weights and "
    "stochastic rounding avoid it.",
    links=("https://github.com/Nerogar/OneTrainer/issues/996",),
    aliases=("decoupled-decay-noop-in-bf16",),
    specimen="optimspec.impls.faults.precision:DecayInParameterFormat",
    needs=(1 - alpha * lam,),
    into=("torch.optim:AdamW",),
    formats=("bfloat16",),
)

UPDATE_ABSORBED: Final = Fault(
    id="update-absorbed",
    kind=Kind.BY_DESIGN,
    category=Category.PRECISION,
    statement="An update below half a unit in the last place of its parameter changes nothing.",
    effect="A bfloat16 parameter of size 1 does not move for alpha = 1e-3, however many steps are "
    "made: neighbours of 1 are 2^-8 and 2^-7 away.",
    test="Step a bfloat16 parameter 1 for 200 steps with alpha = 1e-3: it stays 1.",
    seen_in="Training in pure bfloat16, in every framework; float32 copies of the weights, "
    "compensated sums and stochastic rounding avoid it.",
    links=(
        "https://github.com/pytorch/ao/pull/1124",
        "https://github.com/pytorch/pytorch/issues/120376",
        "https://github.com/workofart/ml-by-hand/pull/85",
        "https://github.com/zyushun/Adam-mini/issues/26",
    ),
    aliases=("bf16-update-absorbed",),
    specimen="torch.optim:Adam",
    formats=("bfloat16",),
)

FUSED_ROUNDS_ONCE: Final = Fault(
    id="fused-rounds-once",
    kind=Kind.BY_DESIGN,
    category=Category.PRECISION,
    statement="A fused kernel computes narrow formats in float32 and rounds once, where a loop "
    "rounds each operation.",
    effect="After 100 steps the two differ by 0.016 to 0.039 in bfloat16, 1e-3 to 2e-2 in float16 "
    "and 6e-8 in float32; both are within the error bound.",
    test="Run fused=True and fused=False side by side, and each against the bound.",
    seen_in="PyTorch's fused optimizers.",
    links=(
        "https://github.com/pytorch/pytorch/issues/90752",
        "https://github.com/pytorch/pytorch/pull/163407",
        "https://github.com/pytorch/pytorch/pull/173901",
    ),
    aliases=("fused-vs-loop-low-precision",),
    specimen="torch.optim:Adam",
    formats=("bfloat16",),
)
