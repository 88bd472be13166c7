"""Torch's own optimizers must keep every clause, and an optimizer made to break it must not."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import new_class
from typing import Any

import pytest
import torch

from clauses import bench, breaches, planted, tolerance
from optimspec.conformance.checks.torch_contract import CLAUSES, NotApplicable, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, same
from optimspec.impls import correct_but_unusual, naive_torch, optimized_update
from optimspec.impls.blog_class import AdamRepaired
from optimspec.impls.faults import checkpoint, counters, gradients, groups, layout, precision
from torch_adams import (
    CachesRate,
    ClosureTooLate,
    ClosureTwice,
    CountsForAll,
    CountsInEveryState,
    CountsOutsideState,
    FirstGroupsSettings,
    LosesTheLoss,
    NeedsElements,
    NoEps,
    OwnRate,
    RateAsBuilt,
    Reshapes,
    ReturnsParameters,
    StepsACopy,
    TensorRateInBfloat16,
    WalksMemory,
)
from torch_breaches import ScalarOnDefaultDevice

CLAUSE = {clause.id: clause for clause in CLAUSES}
IDS = [clause.id for clause in CLAUSES]

BROKEN = [
    ("contract.grad-none", CountsForAll, "were counted"),
    ("contract.grad-none", CountsInEveryState, "The state of a parameter without gradient"),
    ("contract.grad-none", planted(gradients.NoneAsZeros), "without gradient"),
    ("contract.zero-gradient", planted(gradients.ZerosAsNone), "skipped like None"),
    ("contract.zero-gradient", NoEps, "nan"),
    ("contract.parameter-groups", OwnRate, "made the same steps"),
    ("contract.parameter-groups", planted(groups.FirstGroupsRate), "made the same steps"),
    ("contract.group-settings", FirstGroupsSettings, "Groups that differ in betas"),
    ("contract.learning-rate", OwnRate, "before step 1 had no effect"),
    ("contract.learning-rate", CachesRate, "before step 2 had no effect"),
    ("contract.state-dict", CountsOutsideState, "departs from the uninterrupted run at step 4"),
    (
        "contract.gradients-kept",
        new_class("Broken", (gradients.DecaysGradients, torch.optim.AdamW)),
        "changed the gradient of parameter 0",
    ),
    ("contract.gradients-kept", planted(gradients.ClearsGradients), "to None"),
    ("contract.strides", WalksMemory, "element (0, 1) was stepped with the gradient of element"),
    ("contract.strided-view", WalksMemory, "wrote elements [1, 3]"),
    ("contract.strided-view", StepsACopy, "updated the view wrongly"),
    ("contract.shapes", NeedsElements, "A parameter of shape () is not updated"),
    ("contract.shapes", Reshapes, "A parameter of shape () became (1,)"),
    ("contract.closure", planted(groups.IgnoresClosure), "called 0 times"),
    ("contract.closure", planted(groups.ClosureWithoutGrad), "with gradients disabled"),
    ("contract.closure", ClosureTwice, "called 2 times"),
    ("contract.closure", ClosureTooLate, "did not use the gradient"),
    ("contract.closure", LosesTheLoss, "instead of the closure's loss"),
    ("contract.returns-none", ReturnsParameters, "returned"),
    ("contract.sizes", planted(layout.SkipsLarge), "of 65537 elements"),
    ("contract.sizes", planted(layout.SkipsTail), "of 1025 elements"),
    ("contract.gradients-reused", gradients.AliasingAdam, "an old gradient is still in use"),
    (
        "contract.frozen",
        new_class("Broken", (groups.DecaysFrozen, torch.optim.AdamW)),
        "requires no gradient moved at step 1",
    ),
    ("contract.grad-scaler", planted(groups.IgnoresFoundInf), "without unscale_, a finite"),
    ("contract.unequal-histories", planted(counters.CountsLastActive), "had one at steps"),
    ("contract.unequal-histories", planted(counters.CountsPerGroup), "had one at steps"),
    ("contract.equal-parameters", precision.PowersByPosition, "part at step"),
    ("contract.step-counter", planted(counters.CountsInBfloat16), "stays 256"),
    ("contract.zero-rate", precision.DividesByRate, "learning rate of 0.0"),
    ("contract.scheduler", RateAsBuilt, "does not act as the same"),
    ("contract.tensor-rate", TensorRateInBfloat16, "does not act as the number in it"),
    ("contract.tensor-rate", planted(groups.AliasesRate), "in epoch 3"),
    ("contract.group-defaults", planted(groups.LosesDefaults), "sets lr alone"),
    ("contract.duplicates", planted(groups.UpdatesTwice), "listed twice in one group"),
    ("contract.added-group", CountsForAll, "the one that was added"),
    ("contract.empty-group", planted(checkpoint.EmptyGroupLosesStep), "without parameters"),
    ("contract.default-device", ScalarOnDefaultDevice, "['trust'] is made on the default device"),
]

KEPT: list[tuple[Any, Mapping[str, object]]] = [
    *(
        (cls, args)
        for cls in (torch.optim.Adam, torch.optim.AdamW)
        for args in (
            {"foreach": False, "fused": False},
            {"foreach": True},
            {"lr": torch.tensor(1e-3)},
            {"foreach": True, "amsgrad": True, "weight_decay": 0.1},
        )
    ),
    (torch.optim.RMSprop, {}),
    (naive_torch.NaiveAdam, {}),
    (optimized_update.Adam, {"optimized_update": True}),
    (optimized_update.Adam, {"optimized_update": False}),
    (correct_but_unusual.LerpAdam, {}),
    (correct_but_unusual.FoldedAdam, {}),
    (correct_but_unusual.WideAdam, {}),
    (correct_but_unusual.UnnamedStateAdam, {}),
    (correct_but_unusual.InheritingAdamW, {}),
    (correct_but_unusual.RescaledAdam, {}),
]


@pytest.mark.parametrize(("cls", "args"), KEPT)
def test_sound_optimizers_keep_every_clause(cls: object, args: Mapping[str, object]) -> None:
    assert breaches(bench(cls, **args)) == {}


class OfFloat32(torch.optim.Adam):
    def __init__(self, params: Iterable[torch.Tensor], lr: float = 1e-3) -> None:
        super().__init__(params, lr)
        for group in self.param_groups:
            if any(p.dtype is not torch.float32 for p in group["params"]):
                raise TypeError("Parameters must be float32.")


def test_a_format_may_be_refused_when_it_is_built() -> None:
    made = TorchBench(OfFloat32, torch.float32, tolerance)
    assert CLAUSE["contract.step-counter"].test(made) == ""


@pytest.mark.parametrize(("clause", "cls", "found"), BROKEN)
def test_every_clause_can_fail(clause: str, cls: object, found: str) -> None:
    assert found in CLAUSE[clause].test(bench(cls))


@pytest.mark.parametrize("cls", [torch.optim.Adam, torch.optim.AdamW])
def test_fused_cpu_kernel_breaks_the_clauses_on_strides_only(cls: object) -> None:
    found = breaches(bench(cls, fused=True))

    assert found.keys() == {"contract.strides", "contract.strided-view", "contract.expanded"}
    assert "(0, 1) was stepped with the gradient of element (0, 3)" in found["contract.strides"]
    assert "wrote elements [1, 3] of the tensor" in found["contract.strided-view"]


def test_tutorials_class_breaks_several_clauses() -> None:
    made = bench(AdamRepaired)
    assert "called 0 times" in CLAUSE["contract.closure"].test(made)
    with pytest.raises(TypeError, match="NoneType"):
        CLAUSE["contract.grad-none"].test(made)


def test_without_state_a_zero_gradient_is_not_told_from_none() -> None:
    with pytest.raises(NotApplicable, match="no state"):
        CLAUSE["contract.zero-gradient"].test(bench(torch.optim.SGD))


class Averaging(torch.optim.Optimizer):
    """Descends at a point z that it keeps, and its parameters are the mean of all z."""

    def __init__(self, params: Iterable[Any], lr: float = 0.1) -> None:
        super().__init__(params, {"lr": lr, "steps": 0})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            group["steps"] += 1
            for p in (p for p in group["params"] if p.grad is not None):
                z = self.state[p].setdefault("z", p.clone())
                z.sub_(p.grad, alpha=group["lr"])
                p.lerp_(z, 1 / group["steps"])


def test_a_mean_that_rests_at_first_is_not_said_to_skip_zeros() -> None:
    assert not CLAUSE["contract.zero-gradient"].test(bench(Averaging))


def test_a_learning_rate_may_be_none() -> None:
    def build(parameters: Iterable[Any], hyper: Mapping[str, float] | None = None) -> Any:
        optimizer = Averaging(parameters)
        optimizer.param_groups[0]["lr"] = None
        return optimizer

    with pytest.raises(NotApplicable, match="choose no implementation"):
        CLAUSE["contract.implementations"].test(TorchBench(build, torch.float64, tolerance))


@pytest.mark.parametrize("clause", ["contract.parameter-groups", "contract.learning-rate"])
def test_without_a_learning_rate_in_the_groups_it_cannot_be_changed(clause: str) -> None:
    def build(parameters: Iterable[Any], hyper: Mapping[str, float] | None = None) -> Any:
        optimizer = torch.optim.SGD(parameters)
        del optimizer.param_groups[0]["lr"]
        return optimizer

    with pytest.raises(NotApplicable, match="'lr'"):
        CLAUSE[clause].test(TorchBench(build, torch.float64, tolerance))


def test_a_refused_tensor_is_said_and_not_passed() -> None:
    with pytest.raises(NotApplicable, match="lr as a Tensor is not supported"):
        CLAUSE["contract.tensor-rate"].test(bench(torch.optim.Adam, foreach=True))


@pytest.mark.parametrize("clause", CLAUSES, ids=IDS)
def test_clauses_are_documented_and_short(clause: Any) -> None:
    test: Callable[[TorchBench], str] = clause.test
    assert inspect.getdoc(test)
    assert clause.title.endswith(".")
    assert clause.cites.startswith("https://")
    assert len(inspect.getsource(test).splitlines()) < 30


def test_differences_are_counted_and_placed() -> None:
    nan = float("nan")
    one, other = torch.tensor([[1.0, nan], [2.0, nan]]), torch.tensor([[1.0, nan], [3.0, 4.0]])
    assert first_difference(one, one) == ""
    assert "2 of 4 elements differ, first element (1, 0): 2.0 instead of 3.0" in first_difference(
        one, other
    )
    assert not same({"m": one}, {"m": other})
    assert same({"m": [one, 3]}, {"m": [one, 3]})
