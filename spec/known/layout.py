"""Optimizers that take memory for elements, or a caller's gradient for their own."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

FUSED_IGNORES_STRIDES: Final = Fault(
    id="fused-ignores-strides",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="A fused kernel walks the memory of parameter and gradient side by side, whatever "
    "their strides.",
    effect="A transposed parameter is stepped with other elements' gradients, and of a view, the "
    "elements between its own are overwritten. Nothing is raised.",
    remedy="Iterate over elements, or refuse tensors that are not dense and alike in strides.",
    test="Step randn(4, 3).t() with a contiguous gradient, and every other element of a vector.",
    seen_in="PyTorch's fused Adam, AdamW, SGD and Adagrad on CPU, 2.13 and 2.15.",
    links=(
        "https://github.com/pytorch/pytorch/pull/123074",
        "https://github.com/pytorch/pytorch/issues/106951",
    ),
    aliases=("torch-fused-cpu-stride-silent",),
    specimen="optimspec.impls.faults.layout:FUSED_ADAM",
    caught_by=("contract.strides", "contract.strided-view", "contract.expanded"),
)

PAIRS_BY_MEMORY: Final = Fault(
    id="pairs-by-memory",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="Elements of parameter and gradient are paired by their place in memory.",
    effect="Transposed or channels-last parameters are stepped with other elements' gradients.",
    remedy="Bring both to the same strides first.",
    test="Step a transposed parameter with a contiguous gradient.",
    seen_in="PyTorch on MPS up to 2.4, whose addcdiv_ and addcmul_ did so; ROCm apex FusedSGD.",
    links=(
        "https://github.com/pytorch/pytorch/issues/118115",
        "https://github.com/pytorch/pytorch/pull/124442",
        "https://github.com/ROCm/apex/pull/97",
    ),
    aliases=("mps-noncontiguous-addcdiv",),
    specimen="optimspec.impls.faults.layout:PairsByMemory",
    into=_HOSTS,
    caught_by=("contract.strides", "contract.expanded"),
)

WRITES_BETWEEN: Final = Fault(
    id="writes-between-a-view",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="The update of a view with gaps goes to the elements that follow its first one in "
    "memory.",
    effect="Values that belong to nobody's parameter change by the step size, and half of the "
    "view stays as it is.",
    remedy="Iterate over elements, or refuse such views.",
    test="Step x[::2] of a vector x, and look at all of x.",
    seen_in="PyTorch's fused optimizers on CPU, 2.13 and 2.15.",
    links=("https://github.com/pytorch/pytorch/pull/123074",),
    specimen="optimspec.impls.faults.layout:WritesBetween",
    into=_HOSTS,
    caught_by=("contract.strided-view",),
)

REFUSES_STRIDES: Final = Fault(
    id="refuses-strides",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="A step raises where a parameter and its gradient have different strides.",
    effect="Models with transposed or channels-last weights, or with dimensions of size one, "
    "cannot be trained with it.",
    remedy="Copy the gradient to the parameter's strides.",
    test="Step a transposed parameter with a contiguous gradient.",
    seen_in="PyTorch's fused kernels on CUDA.",
    links=(
        "https://github.com/pytorch/pytorch/issues/106951",
        "https://github.com/pytorch/pytorch/issues/110758",
        "https://github.com/pytorch/pytorch/pull/107984",
        "https://github.com/pytorch/pytorch/issues/126585",
    ),
    aliases=("fused-stride-mismatch",),
    specimen="optimspec.impls.faults.layout:RefusesStrides",
    into=_HOSTS,
    caught_by=("contract.strides", "contract.strided-view", "contract.expanded"),
)

SKIPS_LARGE: Final = Fault(
    id="skips-large-tensors",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="The number of elements overflows its integer, and larger tensors are left as they "
    "are.",
    effect="Such weights are never trained, and nothing is raised.",
    remedy="Keep sizes in 64 bits.",
    test="Step a tensor larger than the integer can count: 2^31 elements for 32 bits. The "
    "specimen stands for it with 2^16.",
    seen_in="DeepSpeed and apex FusedAdam, TransformerEngine, Paddle's AdamW: 2^31 elements.",
    links=(
        "https://github.com/deepspeedai/DeepSpeed/issues/7640",
        "https://github.com/deepspeedai/DeepSpeed/pull/5187",
        "https://github.com/NVIDIA/TransformerEngine/pull/3136",
        "https://github.com/PaddlePaddle/Paddle/pull/62461",
    ),
    aliases=("int32-overflow-large-tensor",),
    specimen="optimspec.impls.faults.layout:SkipsLarge",
    into=_HOSTS,
    caught_by=("contract.sizes",),
)

SKIPS_TAIL: Final = Fault(
    id="skips-tail",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="A vectorised loop ends with the last whole vector; the elements after it stay as "
    "they are.",
    effect="The last few weights of a tensor are never trained, unless its size fits.",
    remedy="Add a scalar loop for the rest.",
    test="Step 1025 elements.",
    seen_in="Elementwise kernels of AMD's IRON, whose add is one.",
    links=("https://github.com/amd/IRON/pull/198",),
    specimen="optimspec.impls.faults.layout:SkipsTail",
    into=_HOSTS,
    caught_by=("contract.sizes",),
)

GRADIENT_WRITTEN: Final = Fault(
    id="gradient-written",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="Weight decay is added to the caller's gradient in place.",
    effect="A second step without a new gradient, or a norm taken after the step, sees "
    "g + lambda theta; gradients that are accumulated carry the decay along.",
    remedy="Add out of place: g = g.add(theta, alpha=weight_decay).",
    test="Compare the gradient's bits before and after a step with weight decay.",
    seen_in="PyTorch's SGD and Adam up to 1.0; MLX's SGD and Adafactor.",
    links=(
        "https://github.com/pytorch/pytorch/issues/12218",
        "https://github.com/pytorch/pytorch/pull/12107",
        "https://github.com/pytorch/pytorch/pull/18732",
        "https://github.com/pytorch/pytorch/issues/69189",
        "https://github.com/ml-explore/mlx/pull/4426",
    ),
    aliases=("gradient-mutated-by-decay",),
    specimen="optimspec.impls.faults.gradients:DecaysGradients",
    needs=("weight_decay",),
    into=_HOSTS,
    caught_by=("contract.gradients-kept", "contract.expanded"),
)

GRADIENT_ALIASED: Final = Fault(
    id="gradient-aliased",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="A state variable is the gradient itself, where a copy was meant.",
    effect="When the next gradient is written into the same memory, as zero_grad without None "
    "has it, the history is overwritten.",
    remedy="Clone the gradient before it is kept.",
    test="Make two steps with gradients in one tensor, and compare with two tensors.",
    seen_in="jettify's DiffGrad, which kept previous_grad so; fixed.",
    links=("https://github.com/jettify/pytorch-optimizer/issues/55",),
    specimen="optimspec.impls.faults.gradients:AliasingAdam",
    caught_by=("contract.gradients-reused", "contract.gradient-released"),
)
