"""The clauses of torch's optimizer contract on settings, and on what is hung onto a step."""

from __future__ import annotations

import copy
from typing import Any, Final

import torch

from optimspec.conformance.checks.torch_bench import Clause, NotApplicable, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, same, step
from optimspec.spec.hyperparameters import Hyperparameter

_SETTINGS: Final = ("lr", "betas", "eps", "weight_decay", "momentum", "alpha", "rho", "dampening")
"""What users and schedulers set in groups; what else is there may be an optimizer's own."""


_ANY: Final = "tau"
"""Dampening: of every value, a negative one included, 1 - tau is a weight of the gradient."""


def _kept(bench: TorchBench) -> str:
    """Compare the settings of a group, and the defaults, before and after three steps."""
    (theta,) = leaves(bench.start((3,)))
    optimizer = bench.build([theta])
    before = _settings(optimizer)
    for seed in (1, 2, 3):
        step(optimizer, [theta], bench.randn((3,), seed=seed))
    after = _settings(optimizer)
    for place, settings in before.items():
        for name, value in settings.items():
            if name not in after[place] or not same(after[place][name], value):
                now = after[place].get(name)
                return f"Three steps changed {name} in {place} from {value!r} to {now!r}."
    return ""


def _settings(optimizer: torch.optim.Optimizer) -> dict[str, dict[str, Any]]:
    places = {"param_groups": optimizer.param_groups[0], "defaults": optimizer.defaults}
    return {
        place: {name: copy.deepcopy(held[name]) for name in _SETTINGS if name in held}
        for place, held in places.items()
    }


def _refused(bench: TorchBench) -> str:
    """Build with every value that is outside of the domain of what the constructor takes."""
    taken = [h for h in bench.settable if h.name != _ANY and _builds(bench, h, float(h.default))]
    wrong = [(h, value) for h in taken for value in _outside(h)]
    if not wrong:
        raise NotApplicable("Its constructor takes no hyperparameter that has wrong values.")
    accepted = [f"{h.name} = {value!r}" for h, value in wrong if _builds(bench, h, value)]
    if accepted:
        return f"It can be built with {', '.join(accepted)}; raise ValueError for such values."
    return ""


def _outside(h: Hyperparameter) -> list[float]:
    """A negative number, and for a decay rate among betas one, unless they are in the domain."""
    values = (-1.0, 1.0) if h.name.startswith("beta") else (-1.0,)
    return [value for value in values if not h.admits(value)]


def _builds(bench: TorchBench, h: Hyperparameter, value: float) -> bool:
    try:
        bench.build(leaves(bench.start((3,))), {h.name: value})
    except Exception:
        return False
    return True


def _hooks(bench: TorchBench) -> str:
    """Let hooks before and after a step copy the parameter."""
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    (theta,) = leaves([start])
    optimizer = bench.build([theta])
    before: list[torch.Tensor] = []
    after: list[torch.Tensor] = []
    optimizer.register_step_pre_hook(lambda *_: before.append(theta.detach().clone()))
    optimizer.register_step_post_hook(lambda *_: after.append(theta.detach().clone()))
    step(optimizer, [theta], [gradient])
    for when, seen in (("before", before), ("after", after)):
        if not seen:
            return f"A hook registered to be called {when} a step is not called."
    if found := first_difference(before[0], start):
        return f"The parameter has moved when the hook before a step is called: {found}."
    if found := first_difference(after[-1], theta):
        return f"The parameter moves after the hook after a step was called: {found}."
    return ""


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

SETTING_CLAUSES: Final = (
    Clause(
        "contract.settings-kept",
        "A step leaves the settings of groups, and the defaults, as they are.",
        f"{_DOCS}/optim.html#per-parameter-options",
        _kept,
    ),
    Clause(
        "contract.settings-refused",
        "A hyperparameter outside of its domain, such as a negative learning rate, is refused.",
        "https://github.com/pytorch/pytorch/pull/6000",
        _refused,
    ),
    Clause(
        "contract.hooks",
        "Hooks are called before a step has moved anything, and after it has moved everything.",
        f"{_DOCS}/generated/torch.optim.Optimizer.register_step_pre_hook.html",
        _hooks,
    ),
)
