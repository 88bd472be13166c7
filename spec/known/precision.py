"""Optimizers that round more than their parameters' format makes them."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

EPS_UNDERFLOWS: Final = Fault(
    id="eps-underflows-in-float16",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="eps is added in float16, in which 1e-8 is 0.",
    effect="A gradient of zeros gives 0/0 = NaN at once, and one below 2.4e-4, whose square is 0, "
    "gives infinity.",
    remedy="Compute in float32, or take eps at least 6e-8, the smallest float16.",
    test="Step a float16 parameter with a gradient of zeros.",
    seen_in="torch.optim with float16 parameters; optax; Optimisers.jl up to 0.3.2; Chainer before "
    "6; MXNet 0.9; apex.",
    links=(
        "https://github.com/google-deepmind/optax/issues/1754",
        "https://github.com/google-deepmind/optax/issues/1789",
        "https://github.com/FluxML/Optimisers.jl/issues/167",
        "https://github.com/chainer/chainer/issues/6299",
        "https://github.com/pytorch/pytorch/issues/8860",
        "https://github.com/apache/mxnet/issues/5384",
        "https://github.com/NVIDIA/apex/pull/799",
    ),
    aliases=("fp16-eps-underflow",),
    specimen="torch.optim:Adam",
    formats=("float16",),
    caught_by=("contract.zero-gradient",),
)

SCALARS_IN_PARAMETER_FORMAT: Final = Fault(
    id="scalars-in-parameter-format",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="beta1, beta2 and the bias corrections are cast to the format of the parameters.",
    effect="In bfloat16, 0.999 is 1: the bias correction of v is 0, the step size is multiplied "
    "by its root, and nothing ever moves. Without that form it is 0/0.",
    remedy="Keep scalars in float32 or wider.",
    test="Step a bfloat16 parameter five times with alpha = 0.1: it must move by half.",
    seen_in="Keras 3 with bfloat16 variables; TensorFlow 2 models in pure bfloat16; tt-metal; "
    "Optimisers.jl.",
    links=(
        "https://github.com/keras-team/keras-hub/issues/2629",
        "https://github.com/keras-team/keras/pull/21238",
        "https://github.com/tensorflow/tensorflow/issues/58138",
        "https://github.com/FluxML/Optimisers.jl/issues/215",
        "https://github.com/tenstorrent/tt-metal/issues/55935",
    ),
    aliases=("bf16-beta2-rounds-to-one",),
    specimen="optimspec.impls.faults.precision:ScalarsInParameterFormat",
    formats=("float64", "bfloat16"),
    caught_by=("precision.bfloat16",),
)

FLOAT32_POWERS: Final = Fault(
    id="float32-powers",
    kind=Kind.BY_DESIGN,
    category=Category.PRECISION,
    statement="beta1^t and beta2^t are computed in float32.",
    effect="1 - beta2 is off by 1.3e-5 for beta2 = 0.999 and by 1.3e-2 for 0.999999: the first "
    "steps are off by half as much.",
    test="Compare the first steps for beta2 close to one, in any format.",
    seen_in="PyTorch's capturable and compiled optimizers; Paddle; optax; tt-metal.",
    links=(
        "https://github.com/pytorch/pytorch/pull/88173",
        "https://github.com/pytorch/pytorch/pull/174911",
        "https://github.com/tenstorrent/tt-metal/pull/52953",
    ),
    aliases=("float32-beta-power-precision",),
    specimen="optimspec.impls.faults.precision:Float32Powers",
    caught_by=("formula",),
)

ITERATED_POWERS: Final = Fault(
    id="iterated-powers",
    kind=Kind.BY_DESIGN,
    category=Category.PRECISION,
    statement="beta^t is multiplied up step by step, in float32.",
    effect="After 100 steps it is off by 3e-6, a rounding for each step, beside beta's own.",
    test="Compare the bias corrections at t = 101.",
    seen_in="Paddle's Adam and AdamW, whose state holds the powers.",
    links=("https://github.com/PaddlePaddle/Paddle/issues/58378",),
    aliases=("paddle-betapow-iterated",),
    specimen="optimspec.impls.faults.precision:IteratedPowers",
    caught_by=("formula",),
)

POWERS_BY_POSITION: Final = Fault(
    id="powers-by-position",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="beta^t is multiplied up for the first parameter and computed by pow for the others.",
    effect="Equal parameters with equal gradients drift apart, by 1e-7 to 1e-6: replicas that "
    "must stay equal do not.",
    remedy="Compute the bias corrections once per step, in one way.",
    test="Step equal parameters with equal gradients, and compare bits.",
    seen_in="DeepSpeed's CPUAdam under ZeRO-3, between the sub-groups of a step; fixed.",
    links=(
        "https://github.com/deepspeedai/DeepSpeed/issues/7819",
        "https://github.com/deepspeedai/DeepSpeed/pull/7982",
    ),
    aliases=("deepspeed-cpuadam-subgroup-metadata",),
    specimen="optimspec.impls.faults.precision:PowersByPosition",
    caught_by=("formula", "contract.equal-parameters"),
)

NARROW_MOMENTS: Final = Fault(
    id="narrow-moments",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="The moments are kept in about half the precision of the parameters.",
    effect="With beta2 = 0.999 a bfloat16 second moment stops where its change is less than half "
    "a unit in its last place: it neither grows nor fades.",
    remedy="Keep moments in float32 at least.",
    test="Compare the moments after a hundred steps.",
    seen_in="InfiniTrain, for bfloat16 parameters; where it is an option, it is a choice.",
    links=(
        "https://github.com/InfiniTensor/InfiniTrain/pull/210",
        "https://github.com/NVIDIA/TransformerEngine/pull/1640",
    ),
    specimen="optimspec.impls.faults.precision:NarrowMoments",
    needs=("moment",),
    into=_HOSTS,
    caught_by=("formula", "contract.complex"),
)

DIVIDES_BY_RATE: Final = Fault(
    id="divides-by-rate",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="The denominator is divided by the step size before it divides.",
    effect="A learning rate of 0, with which warm-ups start, gives 0/0 = NaN where a moment is 0; "
    "a tiny one overflows.",
    remedy="Multiply the quotient by the step size.",
    test="Step with a learning rate of 0 and a gradient with a zero in it.",
    seen_in="PyTorch's capturable Adam and AdamW since 1.12. The specimen does the same on a CPU.",
    links=(
        "https://github.com/pytorch/pytorch/issues/97004",
        "https://github.com/pytorch/pytorch/pull/186444",
    ),
    aliases=("capturable-small-or-zero-lr",),
    specimen="optimspec.impls.faults.precision:DividesByRate",
    caught_by=("contract.zero-rate",),
)
