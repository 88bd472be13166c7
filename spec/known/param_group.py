"""Optimizers that take parameter groups, missing gradients or scalers otherwise."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

FIRST_GROUPS_RATE: Final = Fault(
    id="first-groups-rate",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="Every group is stepped with the learning rate of the first.",
    effect="Layer-wise rates, and the lower rates of fine-tuning, have no effect.",
    remedy="Read the settings from the group at hand, and cache nothing across groups.",
    test="Step equal parameters in two groups of different rates.",
    seen_in="The original RAdam, whose cached step size was shared by all groups; fixed.",
    links=("https://github.com/LiyuanLucasLiu/RAdam/issues/24",),
    specimen="optimspec.impls.faults.groups:FirstGroupsRate",
    into=_HOSTS,
    caught_by=("contract.parameter-groups",),
)

GROUP_LOSES_DEFAULTS: Final = Fault(
    id="group-loses-defaults",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="A group that sets one option takes the others from the library's defaults, not "
    "from the constructor.",
    effect="The learning rate given to the constructor is ignored for such groups: even 0 moves "
    "them.",
    remedy="Start a group's options from the optimizer's.",
    test="Build with unusual settings, and let a group set one of them to the same value.",
    seen_in="libtorch, the C++ API of PyTorch.",
    links=("https://github.com/pytorch/pytorch/issues/141884",),
    aliases=("cpp-optimizer-defaults-ignored",),
    specimen="optimspec.impls.faults.groups:LosesDefaults",
    into=_HOSTS,
    caught_by=("contract.group-defaults",),
)

DUPLICATE_UPDATED_TWICE: Final = Fault(
    id="duplicate-updated-twice",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="A parameter that is listed twice is stepped twice at every step, without a word.",
    effect="Shared weights move twice as far, and their counter runs twice as fast.",
    remedy="Refuse duplicates, or drop them.",
    test="List a parameter twice.",
    seen_in="tianshou's actor-critic, Torch7's shared modules, DeepSpeed's tied weights.",
    links=(
        "https://github.com/thu-ml/tianshou/issues/395",
        "https://github.com/torch/torch7/issues/716",
        "https://github.com/volcengine/veGiantModel/issues/6",
        "https://github.com/pytorch/pytorch/pull/18497",
    ),
    aliases=("duplicate-parameter-double-update",),
    specimen="optimspec.impls.faults.groups:UpdatesTwice",
    into=_HOSTS,
    caught_by=("contract.duplicates",),
)

FROZEN_DECAYS: Final = Fault(
    id="frozen-decays",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="Weight decay shrinks parameters that do not require a gradient.",
    effect="Frozen weights go to zero by a factor 1 - alpha lambda per step.",
    remedy="Skip parameters whose gradient is None before anything is done to them.",
    test="Step with weight decay beside a parameter that has no gradient.",
    seen_in="Muon; OCANNL; OpenPCDet.",
    links=(
        "https://github.com/KellerJordan/Muon/issues/54",
        "https://github.com/ahrefs/ocannl/issues/673",
        "https://github.com/open-mmlab/OpenPCDet/issues/845",
        "https://github.com/apache/mxnet/issues/12392",
    ),
    aliases=("frozen-parameter-still-moves", "decay-without-gradient"),
    specimen="optimspec.impls.faults.groups:DecaysFrozen",
    needs=("weight_decay",),
    into=_HOSTS,
    caught_by=("contract.frozen",),
)

NONE_AS_ZEROS: Final = Fault(
    id="none-as-zeros",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="A gradient that is None is taken for zeros.",
    effect="Parameters that are not used in a step go on moving with their momentum, and decay.",
    remedy="Skip parameters whose gradient is None.",
    test="Let one of two parameters sit out a step.",
    seen_in="Chainer's GradientMethod.",
    links=("https://github.com/chainer/chainer/issues/1913",),
    specimen="optimspec.impls.faults.gradients:NoneAsZeros",
    into=_HOSTS,
    caught_by=(
        "contract.grad-none",
        "contract.unequal-histories",
        "contract.frozen",
        "contract.thawed",
    ),
)

ZEROS_AS_NONE: Final = Fault(
    id="zeros-as-none",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="A gradient of zeros is taken for None.",
    effect="Momentum stops, moments do not fade and weights do not decay wherever a gradient "
    "happens to vanish.",
    remedy="Ask whether the gradient is None, not whether it is zero.",
    test="Step once with a gradient, then once with zeros: the parameter must move.",
    seen_in="DetNAS, which sets such gradients to None on purpose.",
    links=("https://github.com/megvii-model/DetNAS/issues/3",),
    specimen="optimspec.impls.faults.gradients:ZerosAsNone",
    into=_HOSTS,
    caught_by=("formula", "contract.zero-gradient"),
)

GRADIENTS_CLEARED: Final = Fault(
    id="gradients-cleared",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="step sets the gradients to None when it has used them.",
    effect="Gradients cannot be looked at after the step, and a second step does nothing.",
    remedy="Leave clearing to zero_grad.",
    test="Look at the gradient after a step.",
    seen_in="Optimizers that free memory early.",
    links=("https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html",),
    specimen="optimspec.impls.faults.gradients:ClearsGradients",
    into=_HOSTS,
    caught_by=("contract.gradients-kept",),
)

TENSOR_RATE_ALIASED: Final = Fault(
    id="tensor-rate-aliased",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="A group's initial_lr is the tensor that is its learning rate, which schedulers fill "
    "in place.",
    effect="LambdaLR multiplies by its factor again at every epoch: 0.5 becomes 0.5^t.",
    remedy="Keep a clone of the tensor.",
    test="Run LambdaLR with a constant factor of 0.5 on lr=torch.tensor(1.0) for four epochs, and "
    "build it anew after two.",
    seen_in="PyTorch's LRScheduler in nightlies between 2.3 and 2.4; fixed. The specimen leaves "
    "the alias in the optimizer, where a scheduler finds it that is built later.",
    links=("https://github.com/pytorch/pytorch/issues/126854",),
    aliases=("lambdalr-tensor-lr-aliased",),
    specimen="optimspec.impls.faults.groups:AliasesRate",
    into=_HOSTS,
    caught_by=("contract.tensor-rate",),
)

FOUND_INF_IGNORED: Final = Fault(
    id="found-inf-ignored",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="The optimizer says that it handles scaled gradients, and ignores found_inf.",
    effect="Under a GradScaler, the first gradient that overflows turns parameters into NaN.",
    remedy="Skip the step where found_inf is set, whether or not grad_scale is.",
    test="Give an infinite gradient to GradScaler.step, after unscale_ and without it.",
    seen_in="PyTorch 2.0.0, fused Adam and AdamW after unscale_; fixed in 2.0.1.",
    links=(
        "https://github.com/pytorch/pytorch/pull/95847",
        "https://github.com/pytorch/pytorch/pull/96106",
        "https://github.com/pytorch/pytorch/issues/96755",
        "https://github.com/pytorch/pytorch/pull/97415",
    ),
    aliases=("amp-found-inf-not-passed",),
    specimen="optimspec.impls.faults.groups:IgnoresFoundInf",
    into=_HOSTS,
    caught_by=("contract.grad-scaler",),
)
