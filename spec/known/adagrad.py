"""Adagrad's options, and a step size in the wrong place."""

from typing import Final

from sympy import Interval, Symbol, oo

from optimspec.spec.algorithm import State
from optimspec.spec.algorithms.adagrad import G
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import alpha, g, t, theta

_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html"

eta: Final = Symbol("eta", nonnegative=True)
iota: Final = Symbol("iota", nonnegative=True)

LR_DECAY: Final = Hyperparameter(
    eta, "0.1", Interval(0, oo), "decay of the step size",
    usual="0.1", tried=("0", "1", "0.5", "0.01"), decades=(-4, 0),
    exact="0.5", changed="0.25",
    keys=("lr_decay", "learning_rate_decay"),
)  # fmt: skip
# It acts before the first step alone, so that no change during a run would show.
INITIAL: Final = Hyperparameter(
    iota, "0.1", Interval(0, oo), "what squared gradients are added to at the start",
    usual="0.1", tried=("0", "1", "0.5", "0.1"), decades=(-4, 0),
    exact="0.5",
    keys=("initial_accumulator_value", "initial_scale"),
)  # fmt: skip

STEP_SIZE_DECAY: Final = Edit(
    id="step-size-decay",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step size is divided by 1 + eta (t - 1), beside what the sum does to it.",
    effect="Steps shrink as 1 / t for large t, not as 1 / sqrt(t).",
    test="Two steps with eta = 1; the first does not show it.",
    seen_in="Torch7 and PyTorch, off by default.",
    links=(_DOCUMENTATION, "https://github.com/torch/optim/blob/master/adagrad.lua"),
    operations=(Substitute(alpha, alpha / (1 + (t - 1) * eta), within=(theta,)),),
    hyperparameters=(LR_DECAY,),
    option="lr_decay",
    only=frozenset({"adagrad"}),
)

INITIAL_ACCUMULATOR: Final = Edit(
    id="initial-accumulator",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The sum of squared gradients starts at a number above zero.",
    effect="Early steps are shorter, and those along small gradients much shorter: for a sum that "
    "starts at 0.1 the first step along a gradient of 0.01 is 0.03 alpha instead of alpha.",
    test="One step with a gradient that is small beside the root of the number.",
    seen_in="TensorFlow, Keras and optax start at 0.1; PyTorch starts at 0 and has an option.",
    aliases=("adagrad-initial-accumulator",),
    links=(
        _DOCUMENTATION,
        "https://keras.io/api/optimizers/adagrad/",
        "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adagrad",
        "https://github.com/pytorch/pytorch/pull/6616",
    ),
    operations=(),
    hyperparameters=(INITIAL,),
    state=(State(G, iota, "sum of squared gradients"),),
    option="initial_accumulator_value",
    only=frozenset({"adagrad"}),
)

STEP_SIZE_IN_SUM: Final = Edit(
    id="step-size-in-sum",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="Gradients are multiplied by the step size before they are squared and summed.",
    effect="The step size cancels: steps are 1 / alpha times as long, whatever alpha is.",
    remedy="Sum the squares of the gradients themselves.",
    test="The same run with alpha doubled: the steps must double.",
    seen_in="GloVe, open; its sums start at 1, which hides it in the first steps.",
    links=("https://github.com/stanfordnlp/GloVe/issues/134",),
    operations=(Substitute(g, alpha * g, within=(G,)),),
)
