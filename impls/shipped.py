"""The implementations the suite is run on by itself, and what it must say of each.

Everything is named by a reference and imported only when it is judged: this module needs
nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Shipped:
    """A target with the verdict it must get.

    Parameters
    ----------
    reference
        Where it is: ``module:attribute``.
    spec
        The specification to judge it against.
    about
        What it is, in a sentence.
    verdict
        The verdict it must get: ``conforms``, ``variant``, ``imprecise``, ``nonconforming`` or
        ``error``; "" if none is expected.
    edits
        Ids of the variants and known bugs that must explain it, in the catalogue's order.
    args
        Keywords it is given.
    """

    reference: str
    spec: str
    about: str
    verdict: str = "conforms"
    edits: tuple[str, ...] = ()
    args: Mapping[str, object] = field(default_factory=dict)


_LOOP: Final = {"foreach": False, "fused": False}
_FOREACH: Final = {"foreach": True}
_FUSED: Final = {"fused": True}
_STRIDES: Final = (
    "it pairs elements by their place in memory, so that parameters and gradients of different "
    "strides, and views, are updated wrongly."
)

_NAIVE: Final = (
    Shipped("optimspec.impls.naive_numpy:NaiveAdam", "adam", "Algorithm 1 in NumPy."),
    Shipped("optimspec.impls.naive_torch:NaiveAdam", "adam", "Algorithm 1 as a torch optimizer."),
    Shipped(
        "optimspec.impls.optimized_update:Adam",
        "adam",
        "labml's Adam without its optimized update: Algorithm 1.",
        args={"optimized_update": False},
    ),
    Shipped(
        "optimspec.impls.optimized_update:Adam",
        "adam",
        "labml's Adam with its optimized update: eps is added before the bias correction.",
        "variant",
        ("eps-hat",),
        args={"optimized_update": True},
    ),
)

_TORCH: Final = (
    Shipped("torch.optim:Adam", "adam", "PyTorch's Adam, tensor by tensor.", args=_LOOP),
    Shipped("torch.optim:Adam", "adam", "PyTorch's Adam on lists of tensors.", args=_FOREACH),
    Shipped(
        "torch.optim:Adam",
        "adam",
        f"PyTorch's Adam in one CPU kernel; {_STRIDES}",
        "nonconforming",
        args=_FUSED,
    ),
    Shipped("torch.optim:AdamW", "adamw", "PyTorch's AdamW, tensor by tensor.", args=_LOOP),
    Shipped("torch.optim:AdamW", "adamw", "PyTorch's AdamW on lists of tensors.", args=_FOREACH),
    Shipped(
        "torch.optim:AdamW",
        "adamw",
        f"PyTorch's AdamW in one CPU kernel; {_STRIDES}",
        "nonconforming",
        args=_FUSED,
    ),
)

_UNUSUAL: Final = (
    Shipped(
        "optimspec.impls.correct_but_unusual:LerpAdam",
        "adam",
        "Adam whose moments are interpolated towards the new sample.",
    ),
    Shipped(
        "optimspec.impls.correct_but_unusual:FoldedAdam",
        "adam",
        "Adam with both bias corrections folded into the step size, and eps scaled to match.",
    ),
    Shipped(
        "optimspec.impls.correct_but_unusual:WideAdam",
        "adam",
        "Adam that computes in double and keeps moments in no less than float32.",
    ),
    Shipped(
        "optimspec.impls.correct_but_unusual:UnnamedStateAdam",
        "adam",
        "Adam whose state has names that nobody else uses.",
    ),
)

_BLOG: Final = (
    Shipped(
        "optimspec.impls.blog_function:adam_as_printed",
        "adam",
        "A tutorial's function as printed: `m[layer] = 0` stores at an index of a list that is "
        "empty and stays so, where only append can add an item: IndexError at the first layer.",
        "error",
    ),
    Shipped(
        "optimspec.impls.blog_function:adam_repaired",
        "adam",
        "The tutorial's function made to run: eps stands under the root, and one step counter "
        "serves all layers.",
        "nonconforming",
        ("eps-inside-root", "step-counter-per-parameter-reset"),
    ),
    Shipped(
        "optimspec.impls.blog_class:AdamAsPrinted",
        "adam",
        "The tutorial's class as printed: `1 - beta1**step` reads a variable `step` that was never "
        "assigned, since the counter is an item of the state: NameError at the first step.",
        "error",
    ),
    Shipped(
        "optimspec.impls.blog_class:AdamRepaired",
        "adam",
        "The tutorial's class made to run: products stand where the moments' sums belong, and eps "
        "under the root.",
        "nonconforming",
        ("first-moment-without-history", "second-moment-without-history", "eps-inside-root"),
    ),
)

_MOMENTUM: Final = {"momentum": 0.9}
_NESTEROV: Final = {"momentum": 0.9, "nesterov": True}

_SGD: Final = (
    Shipped("torch.optim:SGD", "sgd", "PyTorch's SGD, tensor by tensor.", args=_LOOP),
    Shipped(
        "torch.optim:SGD",
        "momentum",
        "PyTorch's SGD with momentum, tensor by tensor.",
        args={**_MOMENTUM, **_LOOP},
    ),
    Shipped(
        "torch.optim:SGD",
        "nesterov",
        "PyTorch's SGD with Nesterov momentum, tensor by tensor.",
        args={**_NESTEROV, **_LOOP},
    ),
    Shipped(
        "torch.optim:SGD",
        "nesterov",
        "PyTorch's SGD with Nesterov momentum, on lists of tensors; without weight decay, it adds "
        "the momentum to the caller's gradients.",
        "nonconforming",
        args={**_NESTEROV, **_FOREACH},
    ),
    Shipped(
        "torch.optim:SGD",
        "momentum",
        "PyTorch's SGD with momentum in one CPU kernel; a parameter whose first gradient comes "
        "later than another's raises TypeError, whole vectors of bfloat16 and float16 parameters "
        f"are not written, and {_STRIDES}",
        "nonconforming",
        args={**_MOMENTUM, **_FUSED},
    ),
    Shipped(
        "optimspec.impls.naive_sgd:NaiveSGD",
        "nesterov",
        "SGD with Nesterov momentum in NumPy.",
        args={"nesterov": True},
    ),
    Shipped(
        "optimspec.impls.shifted_nesterov:ShiftedNesterov",
        "nesterov",
        "Nesterov's momentum written with mu^2 and 1 + mu, which is the same.",
    ),
    Shipped(
        "optimspec.impls.shifted_nesterov:VelocityNesterov",
        "nesterov",
        "The same with a buffer of steps, which differs where the step size changes.",
        "variant",
        ("lr-inside-velocity",),
    ),
)

_AVERAGING: Final = (
    Shipped("optimspec.impls.naive_adan:Adan", "adan", "Adan as its authors' code states it."),
    Shipped(
        "optimspec.impls.naive_ademamix:AdEMAMix", "ademamix", "AdEMAMix without its schedulers."
    ),
    Shipped(
        "optimspec.impls.naive_schedule_free:ScheduleFreeSGD",
        "schedule-free-sgd",
        "Schedule-free SGD in training mode.",
    ),
    Shipped(
        "optimspec.impls.naive_schedule_free:ScheduleFreeAdamW",
        "schedule-free-adamw",
        "Schedule-free AdamW in training mode.",
    ),
    Shipped(
        "optimspec.impls.naive_prodigy:Prodigy",
        "prodigy",
        "Prodigy with an estimate for every tensor.",
    ),
)

_MATRICES: Final = (
    Shipped(
        "optimspec.impls.naive_shampoo:Shampoo",
        "shampoo",
        "Shampoo for matrices in float64 and float32, in which torch has eigenvalues.",
    ),
)

_BESIDE: Final = (
    Shipped("optimspec.impls.naive_sign:Lion", "lion", "Lion as its paper states it."),
    Shipped("optimspec.impls.naive_sign:SignSGD", "signsgd", "signSGD for one worker."),
    Shipped("optimspec.impls.naive_sign:Signum", "signum", "Signum for one worker."),
    Shipped(
        "optimspec.impls.naive_sign:LerpSignum",
        "signum",
        "Signum that rounds otherwise: where its momentum is near zero, it steps the other way.",
    ),
    Shipped("optimspec.impls.naive_trust:LAMB", "lamb", "LAMB with phi(z) = z."),
    Shipped("optimspec.impls.naive_trust:LARS", "lars", "LARS as its paper states it."),
    Shipped("optimspec.impls.naive_adaptive:AdaBelief", "adabelief", "AdaBelief, eps adding up."),
    Shipped("optimspec.impls.naive_adaptive:Yogi", "yogi", "Yogi without bias correction."),
    Shipped("optimspec.impls.naive_adaptive:AdamAtan2", "adam-atan2", "Adam by an angle."),
)

SHIPPED: Final[tuple[Shipped, ...]] = (
    *_NAIVE,
    *_TORCH,
    *_UNUSUAL,
    *_BLOG,
    *_SGD,
    *_AVERAGING,
    *_BESIDE,
    *_MATRICES,
)
"""In the order in which a report shows them."""
