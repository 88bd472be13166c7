"""Step counters that serve the wrong parameters, or that cannot count."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

STEP_COUNTER_PER_GROUP: Final = Fault(
    id="step-counter-per-group",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="One step counter serves all parameters of a group.",
    effect="A parameter that had fewer gradients than its group made steps is corrected for too "
    "many: after a late start its steps are up to (1 - beta1) / sqrt(1 - beta2) times too long, "
    "three times for the usual betas.",
    remedy="Keep the counter with the moments it corrects, in the state of each parameter.",
    test="Give two parameters of a group gradients at different steps, and compare each with a "
    "run of its own.",
    seen_in="DeepSpeed FusedAdam and CPUAdam under ZeRO-3, fixed; apex FusedAdam, by its design.",
    links=("https://github.com/deepspeedai/DeepSpeed/pull/1823",),
    specimen="optimspec.impls.faults.counters:CountsPerGroup",
    needs=("t",),
    into=_HOSTS,
    caught_by=("contract.grad-none", "contract.unequal-histories", "contract.thawed"),
)

STEP_COUNTER_OF_LAST_PARAMETER: Final = Fault(
    id="step-counter-of-last-parameter",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The counter of the last parameter that has a gradient corrects the bias of all.",
    effect="Parameters whose gradients came at other steps get its correction; their steps are up "
    "to three times too long, or too short, for the usual betas.",
    remedy="Use and advance each parameter's own counter.",
    test="Give four parameters gradients at different steps, and compare each with a run of its "
    "own.",
    seen_in="DeepSpeed FusedAdam.",
    links=("https://github.com/deepspeedai/DeepSpeed/pull/8471",),
    aliases=("deepspeed-fusedadam-last-param-step",),
    specimen="optimspec.impls.faults.counters:CountsLastActive",
    needs=("t",),
    into=_HOSTS,
    caught_by=("contract.unequal-histories",),
)

STEP_COUNTED_WITHOUT_GRADIENT: Final = Fault(
    id="step-counted-without-gradient",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The counter of a parameter advances at steps for which it has no gradient.",
    effect="Its moments are corrected for steps they have not seen: the next steps are up to three "
    "times too long for the usual betas.",
    remedy="Count where the moments are updated.",
    test="Let one of two parameters sit out a step, and compare its state before and after.",
    seen_in="Optimizers with a counter for all parameters, such as DeepSpeed's FusedAdam.",
    links=("https://github.com/deepspeedai/DeepSpeed/pull/8471",),
    specimen="optimspec.impls.faults.counters:CountsWithoutGradient",
    needs=("t",),
    into=_HOSTS,
    caught_by=("contract.grad-none", "contract.unequal-histories"),
)

STEP_COUNTER_SATURATES: Final = Fault(
    id="step-counter-saturates",
    kind=Kind.BUG,
    category=Category.STEP_COUNTER,
    statement="The step counter is a bfloat16 tensor, and stays 256 for ever.",
    effect="1 - 0.999^t stays at 0.226 in place of 1: every step from then on is about half as "
    "large as it must be. In float16 the counter stays at 2048.",
    remedy="Give the counter's tensor a dtype of its own: float32, or an integer.",
    test="Set the counter to 256 and make a step, or make 300 steps.",
    seen_in="torchao's optimizers under torch.set_default_dtype(torch.bfloat16).",
    links=("https://github.com/pytorch/ao/pull/4915",),
    specimen="optimspec.impls.faults.counters:CountsInBfloat16",
    needs=("t",),
    into=_HOSTS,
    caught_by=("formula", "contract.step-counter"),
)

STEP_COUNTER_IN_FLOAT32: Final = Fault(
    id="step-counter-in-float32",
    kind=Kind.BY_DESIGN,
    category=Category.STEP_COUNTER,
    statement="The step counter is a float32 tensor, and stays 2^24 for ever.",
    effect="None for usual betas: 1 - 0.999^t has long been 1. It shows for beta2 > 1 - 1e-7.",
    test="Set the counter to 2**24 and make a step.",
    seen_in="PyTorch, where a tensor counter lets kernels and graphs read it on the device.",
    links=("https://github.com/pytorch/pytorch/pull/173901",),
    aliases=("float32-step-saturation",),
    specimen="torch.optim:Adam",
)
