"""Of every clause there is an optimizer that breaks it and keeps all others."""

import pytest
import torch

import torch_adams as ad
import torch_breaches as br
from clauses import bench, breaches, planted
from optimspec.conformance.checks.torch_contract import CLAUSES
from optimspec.impls.faults import checkpoint, counters, groups, layout
from optimspec.impls.naive_torch import NaiveAdam

ALONE = [
    (
        "contract.grad-none",
        br.CountsAbsences,
        "The state of a parameter without gradient",
    ),
    ("contract.zero-gradient", ad.NoEps, "nan"),
    ("contract.parameter-groups", planted(groups.FirstGroupsRate), "made the same steps"),
    ("contract.group-settings", ad.FirstGroupsSettings, "Groups that differ in betas"),
    ("contract.learning-rate", ad.CachesRate, "before step 2 had no effect"),
    (
        "contract.state-dict",
        planted(checkpoint.LosesRate),
        "departs from the uninterrupted run at step 4",
    ),
    ("contract.group-defaults", planted(groups.LosesDefaults), "sets lr alone"),
    ("contract.duplicates", planted(groups.UpdatesTwice), "listed twice in one group"),
    ("contract.added-group", br.ForgetsWhatWasThere, "the one that was there"),
    ("contract.empty-group", planted(checkpoint.EmptyGroupLosesStep), "without parameters"),
    ("contract.settings-kept", br.AnnealsEps, "changed eps in param_groups"),
    (
        "contract.settings-refused",
        br.TakesAnySetting,
        "alpha = -1.0, beta1 = -1.0",
    ),
    ("contract.hooks", br.PassesHooksBy, "called before a step is not called"),
    ("contract.zero-rate", br.NoStepAtNoRate, "learning rate of 0.0"),
    (
        "contract.scheduler",
        br.SetsInitialRate,
        "LambdaLR with the factor 0.5 makes the learning rate 0.5",
    ),
    ("contract.tensor-rate", ad.TensorRateInBfloat16, "does not act as the number in it"),
    (
        "contract.gradients-kept",
        br.NegatesGradients,
        "changed the gradient of parameter 0",
    ),
    (
        "contract.gradients-reused",
        br.RemembersTensors,
        "an old gradient is still in use",
    ),
    (
        "contract.frozen",
        planted(groups.DecaysFrozen, torch.optim.Adam),
        "requires no gradient moved at step 1",
    ),
    ("contract.grad-scaler", planted(groups.IgnoresFoundInf), "without unscale_, a finite"),
    ("contract.zero-grad", br.NeverClears, "leaves parameter 0 a gradient"),
    ("contract.accumulation", br.KeepsTheLastBackward, "does not follow the sum"),
    ("contract.gradient-released", br.HoldsGradients, "is still held"),
    ("contract.thawed", br.LeavesFrozenOut, "frozen for the first of three steps"),
    ("contract.complex", br.SquaresComplexNumbers, "neither refused nor stepped"),
    ("contract.sparse", br.TakesTheLastOfTwo, "that name elements twice are neither"),
    (
        "contract.not-finite",
        br.SkipsWhatIsNotFinite,
        "A gradient of inf in one element",
    ),
    ("contract.unequal-histories", planted(counters.CountsLastActive), "had one at steps"),
    ("contract.equal-parameters", br.RoundsTheFirstOtherwise, "part at step 1"),
    ("contract.step-counter", br.CountsInBfloat16, "stays 256"),
    ("contract.late-counter", br.DecaysByAFloat32Count, "stays 16777216"),
    ("contract.deepcopy", br.CopiesNoState, "departs at step 4"),
    ("contract.pickle", br.HasALocalFunction, "local object"),
    ("contract.saved-file", br.CountsInNumPy, "weights_only=True refuses"),
    (
        "contract.strides",
        br.PairsWhatIsTurned,
        "pairs elements by their place in memory",
    ),
    ("contract.strided-view", planted(layout.WritesBetween), "wrote elements"),
    ("contract.expanded", br.ReadsPastTheFirst, "taken for another"),
    ("contract.shapes", ad.NeedsElements, "shape () is not updated"),
    ("contract.sizes", planted(layout.SkipsLarge), "of 65537 elements"),
    ("contract.implementations", br.LargerEpsInLists, "With foreach=True"),
    ("contract.repeated", br.RoundsEverySecondOtherwise, "departs from the first"),
    ("contract.mixed-dtypes", br.KeepsTheNarrowest, "in one group, torch.float64"),
    (
        "contract.default-dtype",
        br.RateInDefaultDtype,
        "Under the default dtype torch.float64",
    ),
    (
        "contract.default-device",
        br.StateOnDefaultDevice,
        "['exp_avg', 'exp_avg_sq'] is made on the default",
    ),
    (
        "contract.grad-mode",
        br.EnablesGradients,
        "left gradients enabled where they were disabled",
    ),
    ("contract.generators", br.DrawsNumbers, "generators of torch"),
    ("contract.closure", planted(groups.ClosureWithoutGrad), "with gradients disabled"),
    ("contract.returns-none", ad.ReturnsParameters, "returned"),
]

SLOW = [("contract.compiled", br.LargerEpsCompiled, "Traced by torch.compile, parameter 0")]


@pytest.mark.parametrize(("clause", "cls", "found"), ALONE, ids=[row[0] for row in ALONE])
def test_a_clause_can_be_broken_and_all_others_kept(clause: str, cls: type, found: str) -> None:
    made = breaches(bench(cls))

    assert made.keys() == {clause}
    assert found in made[clause]


@pytest.mark.parametrize(("clause", "cls", "found"), SLOW)
def test_slow_clauses_can_be_broken_and_kept(clause: str, cls: type, found: str) -> None:
    (slow,) = (each for each in CLAUSES if each.id == clause)

    assert breaches(bench(cls)) == {}
    assert found in slow.test(bench(cls))
    assert slow.test(bench(NaiveAdam)) == ""


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # torch's own, on import
def test_torchs_adam_traced_keeps_scalars_in_float32() -> None:
    (slow,) = (each for each in CLAUSES if each.id == "contract.compiled")

    assert "parameter 0 goes elsewhere" in slow.test(bench(torch.optim.Adam))


def test_no_clause_is_left_without_a_specimen() -> None:
    assert [clause.id for clause in CLAUSES if not clause.slow] == [row[0] for row in ALONE]
    assert [clause.id for clause in CLAUSES if clause.slow] == [row[0] for row in SLOW]
