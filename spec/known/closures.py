"""Optimizers that do not call a closure, or call it wrongly."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

CLOSURE_IGNORED: Final = Fault(
    id="closure-ignored",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="step accepts a closure and does not call it.",
    effect="Trainers that compute the gradients in it, such as Lightning, train nothing.",
    remedy="Call it first, with gradients enabled, and return its loss.",
    test="Count the calls of a closure.",
    seen_in="Ranger, where the call was commented out; SOAP.",
    links=(
        "https://github.com/lessw2020/Ranger-Deep-Learning-Optimizer/issues/46",
        "https://github.com/nikhilvyas/SOAP/issues/7",
    ),
    specimen="optimspec.impls.faults.groups:IgnoresClosure",
    into=_HOSTS,
    caught_by=("contract.closure",),
)

CLOSURE_WITHOUT_GRADIENTS: Final = Fault(
    id="closure-without-gradients",
    kind=Kind.BUG,
    category=Category.PARAM_GROUP,
    statement="step calls the closure where gradients are disabled.",
    effect="The closure's backward raises: its loss does not require a gradient.",
    remedy="Call it within torch.enable_grad().",
    test="Ask torch.is_grad_enabled() in a closure.",
    seen_in="SOAP; HeavyBall before 0.15.0.",
    links=(
        "https://github.com/HomebrewML/HeavyBall/issues/10",
        "https://github.com/nikhilvyas/SOAP/pull/21",
    ),
    specimen="optimspec.impls.faults.groups:ClosureWithoutGrad",
    into=_HOSTS,
    caught_by=("contract.closure",),
)
