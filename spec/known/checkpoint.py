"""Optimizers that do not come back from a checkpoint as they were."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

RESUME_LOSES_STEP: Final = Fault(
    id="resume-loses-step",
    kind=Kind.BUG,
    category=Category.CHECKPOINT,
    statement="A resumed run counts its steps from zero again.",
    effect="The bias is corrected a second time: the first step after a long run is "
    "sqrt(1 - beta2) / (1 - beta1) times as long as it must be, 0.3 times for the usual betas.",
    remedy="Save the counter with the moments.",
    test="Compare ten steps, saved and loaded, and ten more with twenty steps, bit by bit.",
    seen_in="TrenTorch; OneVision-Encoder.",
    links=(
        "https://github.com/TrenTorch/TrenTorch/pull/187",
        "https://github.com/EvolvingLMMs-Lab/OneVision-Encoder/pull/65",
    ),
    specimen="optimspec.impls.faults.checkpoint:LosesStep",
    needs=("t",),
    into=_HOSTS,
    caught_by=("contract.state-dict", "contract.empty-group"),
)

RESUME_LOSES_MOMENTS: Final = Fault(
    id="resume-loses-moments",
    kind=Kind.BUG,
    category=Category.CHECKPOINT,
    statement="A resumed run has its counter, and moments of zero.",
    effect="The first step after resuming is (1 - beta1) / sqrt(1 - beta2) times alpha, about "
    "three times alpha for the usual betas, whatever the gradient.",
    remedy="Save every state variable, not only the momentum.",
    test="Compare ten steps, saved and loaded, and ten more with twenty steps, bit by bit.",
    seen_in="OpenNMT-py; apex under amp.",
    links=(
        "https://github.com/OpenNMT/OpenNMT-py/issues/38",
        "https://github.com/NVIDIA/apex/issues/480",
    ),
    specimen="optimspec.impls.faults.checkpoint:LosesMoments",
    needs=("state", "t"),
    into=_HOSTS,
    caught_by=("contract.state-dict", "contract.empty-group"),
)

RESUME_LOSES_STATE: Final = Fault(
    id="resume-loses-state",
    kind=Kind.BUG,
    category=Category.CHECKPOINT,
    statement="The state is not in what is saved; a resumed run starts as if it were new.",
    effect="The first step after resuming is alpha sign(g), up to ten times the step it replaces, "
    "and a loss that had settled jumps.",
    remedy="Allocate lazily made state before it is loaded, and save all of it.",
    test="Compare ten steps, saved and loaded, and ten more with twenty steps, bit by bit.",
    seen_in="KempnerForge, whose state was not yet allocated when it was loaded.",
    links=("https://github.com/KempnerInstitute/KempnerForge/pull/115",),
    aliases=("resume-loses-step-or-moments",),
    specimen="optimspec.impls.faults.checkpoint:LosesState",
    needs=("state",),
    into=_HOSTS,
    caught_by=("contract.state-dict", "contract.empty-group"),
)

RESUME_LOSES_RATE: Final = Fault(
    id="resume-loses-rate",
    kind=Kind.BUG,
    category=Category.CHECKPOINT,
    statement="A resumed run has the learning rate of its constructor, not that of its checkpoint.",
    effect="A schedule starts over: late in training, steps are as long as at its beginning.",
    remedy="Load the groups' settings, and build schedulers before loading.",
    test="Change the learning rate, save, load into a new optimizer, and compare a step.",
    seen_in="torch-points3d; Distiller.",
    links=(
        "https://github.com/torch-points3d/torch-points3d/pull/630",
        "https://github.com/IntelLabs/distiller/issues/145",
    ),
    specimen="optimspec.impls.faults.checkpoint:LosesRate",
    into=_HOSTS,
    caught_by=("contract.state-dict",),
)

EMPTY_GROUP_LOSES_STEP: Final = Fault(
    id="empty-group-loses-step",
    kind=Kind.BUG,
    category=Category.CHECKPOINT,
    statement="A group without parameters does not count steps, and a resumed run takes its count.",
    effect="After resharding, the bias is corrected as at t = 1 after thousands of steps.",
    remedy="Advance the counter of every group.",
    test="Step, save and load beside a group that is empty.",
    seen_in="TransformerEngine FusedAdam on sharded parameters. The specimen resumes all groups "
    "with the last one's count, on one device.",
    links=(
        "https://github.com/NVIDIA/TransformerEngine/issues/1986",
        "https://github.com/NVIDIA/TransformerEngine/pull/3318",
    ),
    aliases=("te-fusedadam-empty-group-step",),
    specimen="optimspec.impls.faults.checkpoint:EmptyGroupLosesStep",
    needs=("t",),
    into=_HOSTS,
    caught_by=("contract.empty-group",),
)

LOAD_CASTS_MOMENTS: Final = Fault(
    id="load-casts-moments",
    kind=Kind.BY_DESIGN,
    category=Category.CHECKPOINT,
    statement="load_state_dict casts floating-point state to the dtype of its parameter.",
    effect="Float32 moments of bfloat16 parameters lose 16 bits when a run is resumed: it departs "
    "by a relative 2^-9.",
    test="Resume a run whose moments are wider than its parameters, and compare bits.",
    seen_in="PyTorch's Optimizer.load_state_dict.",
    links=(
        "https://github.com/pytorch/pytorch/issues/43706",
        "https://github.com/pytorch/pytorch/issues/75224",
        "https://github.com/facebookresearch/fairscale/issues/50",
        "https://github.com/pytorch/torchtitan/pull/4615",
        "https://github.com/pytorch/ao/issues/3314",
    ),
    aliases=("load-state-dict-casts-moments",),
    specimen="optimspec.impls.correct_but_unusual:WideAdam",
    formats=("bfloat16",),
    caught_by=("contract.state-dict",),
)

LOAD_CASTS_STEP: Final = Fault(
    id="load-casts-step",
    kind=Kind.BY_DESIGN,
    category=Category.CHECKPOINT,
    statement="load_state_dict makes the step counter float32, whatever it was.",
    effect="None up to 2^24 steps, which float32 counts exactly, unless powers of beta are then "
    "computed in float32.",
    test="Load a state_dict whose step is a float64 tensor, and look at its dtype.",
    seen_in="PyTorch, for compiled and capturable optimizers.",
    links=("https://github.com/pytorch/pytorch/pull/173901",),
    aliases=("step-dtype-forced-float32",),
    specimen="torch.optim:Adam",
)
