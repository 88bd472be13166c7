"""AdaMax, Nadam, RAdam and AMSGrad: closed forms, PyTorch's options, and what the claims say."""

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
import pytest
from sympy import Integer, Rational, sqrt

from faithful import allowed, error_constant
from optimspec.reference import Experiment, error_limit
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.algorithms.adamax import ADAMAX
from optimspec.spec.algorithms.nadam import NADAM
from optimspec.spec.algorithms.radam import RADAM, rho
from optimspec.spec.claim import Counterexample
from optimspec.spec.claims.adamax import BOUND, BOUND_AT_INFINITY, LONG, SHORT, counterexample
from optimspec.spec.claims.amsgrad import BROKEN
from optimspec.spec.exact import exact_run
from optimspec.spec.symbols import alpha, beta1, beta2, t

torch = pytest.importorskip("torch")

GRADIENTS = tuple(map(Rational, ("3", "-1/2", "0", "2", "1/4", "-1", "1/8", "1")))
STEPS = range(1, len(GRADIENTS) + 1)
B1, B2, LR = Rational(1, 2), Rational(3, 4), Rational(1, 8)
DEFAULTS = {beta1: Rational(9, 10), beta2: Rational(999, 1000)}
PSI = next(h.symbol for h in NADAM.hyperparameters if h.name == "psi")


def moment(beta, at, power=1):
    """The closed form of a moment after ``at`` steps."""
    return (1 - beta) * sum(beta ** (at - i) * GRADIENTS[i - 1] ** power for i in range(1, at + 1))


def visited(steps):
    """The parameters that steps of these lengths lead to from 1."""
    return [1 - LR * sum(steps[:at]) for at in range(len(steps) + 1)]


def run(algorithm, **hyper):
    given = {h.symbol: Rational(hyper.get(h.name, 0)) for h in algorithm.hyperparameters}
    given |= {alpha: LR, beta1: B1, beta2: B2}
    return exact_run(algorithm, Integer(1), GRADIENTS, given)


def adamax_step(at):
    largest = max(B2 ** (at - i) * abs(GRADIENTS[i - 1]) for i in range(1, at + 1))
    return moment(B1, at) / (1 - B1**at) / largest


def nadam_step(at):
    momenta = [B1 * (1 - Rational(24, 25) ** i / 2) for i in range(1, at + 2)]
    ahead = momenta[-1] * moment(B1, at) / (1 - prod(momenta))
    own = (1 - momenta[-2]) * GRADIENTS[at - 1] / (1 - prod(momenta[:-1]))
    return (ahead + own) / (sqrt(moment(B2, at, 2) / (1 - B2**at)) + 1)


def radam_step(at):
    """The length of the average is that of a simple one with the same centre of mass."""
    weights = [(1 - B2) * B2 ** (at - i) / (1 - B2**at) for i in range(1, at + 1)]
    length = 2 * sum(w * (at + 1 - i) for i, w in enumerate(weights, 1)) - 1
    m_hat = moment(B1, at) / (1 - B1**at)
    if length <= 4:
        return m_hat
    limit = (1 + B2) / (1 - B2)
    parts = [(x - 4) * (x - 2) / x for x in (length, limit)]
    return m_hat * sqrt(parts[0] / parts[1]) * sqrt(1 - B2**at) / (sqrt(moment(B2, at, 2)) + 1)


@pytest.mark.parametrize(
    ("algorithm", "step", "hyper"),
    [
        (ADAMAX, adamax_step, {}),
        (NADAM, nadam_step, {"psi": 1, "epsilon": 1}),
        (RADAM, radam_step, {"epsilon": 1}),
    ],
    ids=["adamax", "nadam", "radam"],
)
def test_the_recurrence_and_the_closed_form_agree(algorithm, step, hyper):
    expected = visited([step(at) for at in STEPS])

    assert all((x - y).equals(0) for x, y in zip(run(algorithm, **hyper), expected, strict=True))


def second_moments(corrected):
    return [moment(B2, at, 2) / ((1 - B2**at) if corrected else 1) for at in STEPS]


@pytest.mark.parametrize(
    ("rule", "denominator", "is_first_corrected"),
    [
        ("amsgrad", lambda at: max(second_moments(False)[:at]) / (1 - B2**at), True),
        ("amsgrad-after-correction", lambda at: max(second_moments(True)[:at]), True),
        ("amsgrad-of-the-paper", lambda at: max(second_moments(False)[:at]), False),
    ],
)
def test_each_rule_of_amsgrad_takes_its_own_maximum(rule, denominator, is_first_corrected):
    first = [moment(B1, at) / (1 - B1**at if is_first_corrected else 1) for at in STEPS]
    steps = [m / sqrt(denominator(at)) for at, m in enumerate(first, 1)]

    got = run(ADAM.edited(EDITS[rule]))
    assert all((x - y).equals(0) for x, y in zip(got, visited(steps), strict=True))


@pytest.mark.parametrize("second", ["0.9", "0.95", "0.98", "0.99", "0.999", "0.9999", "0.99999"])
@pytest.mark.parametrize(("threshold", "first"), [(4, 5), (5, 6)])
def test_the_threshold_decides_about_the_fifth_step(second, threshold, first):
    length = RADAM[rho].rhs.xreplace({e.lhs: e.rhs for e in RADAM.equations[:-4]})
    lengths = [length.xreplace({beta2: Rational(second), t: Integer(at)}) for at in range(1, 10)]

    assert lengths == sorted(lengths)
    assert next(at for at, x in enumerate(lengths, 1) if x > threshold) == first


@pytest.mark.parametrize("gradients", [g for g in product((-2, 0, 1), repeat=4) if g[0]])
def test_adamaxs_bound_holds_in_exact_arithmetic(gradients):
    hyper = {alpha: Integer(1), beta1: Rational(9, 10), beta2: Rational(4, 5)}
    example = Counterexample(ADAMAX, hyper, tuple(map(Integer, gradients)), alpha * BOUND)

    assert example.found <= example.claimed_value


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_adamaxs_bound_is_attained(steps):
    example = counterexample(steps)

    assert example.found == BOUND.xreplace({**DEFAULTS, t: Integer(steps)})


def test_adamaxs_longest_step_with_the_default_betas():
    assert round(float(BOUND_AT_INFINITY.xreplace(DEFAULTS)), 4) == 1.0091


def last_step(optimizer, gradients, **settings):
    """|Delta| of the last update of one of torch's, from a parameter that is 0 before it."""
    parameter = torch.zeros((), dtype=torch.float64, requires_grad=True)
    made = optimizer([parameter], lr=1.0, **settings)
    for gradient in gradients:
        with torch.no_grad():
            parameter.zero_()
        parameter.grad = torch.tensor(float(gradient), dtype=torch.float64)
        made.step()
    return abs(parameter.item())


def in_doubles(example):
    """The same in exact numbers that are doubles."""

    def nearest(number):
        return Rational(int(number.p) / int(number.q))

    hyper = {symbol: nearest(value) for symbol, value in example.hyperparameters.items()}
    return replace(example, hyperparameters=hyper, gradients=tuple(map(nearest, example.gradients)))


def off(got, example):
    """How far a last step is from the example's, as a share of what a faithful one may be.

    The parameter stays 0 before it: alpha is 0 until then.
    """
    hyper = {symbol.name: float(value) for symbol, value in example.hyperparameters.items()}
    rows = tuple((np.array([float(gradient)]),) for gradient in example.gradients)
    changes = {example.step: {"alpha": hyper["alpha"]}}
    experiment = Experiment((np.zeros(1),), rows, {**hyper, "alpha": 0.0}, "float64", changes)
    error = abs(Rational(got) - example.found)
    return float(error) / allowed(example.algorithm, experiment)[-1].item()


@pytest.mark.parametrize("example", [SHORT, LONG], ids=["short", "long"])
def test_torchs_adamax_goes_further_than_the_paper_states(example):
    given = in_doubles(example)
    got = last_step(torch.optim.Adamax, map(float, given.gradients), eps=0.0)

    assert got > example.claimed_value
    assert off(got, given) <= 1


def test_torchs_amsgrad_goes_further_than_with_the_step_size_before():
    given = in_doubles(BROKEN)
    betas = tuple(float(given.hyperparameters[beta]) for beta in (beta1, beta2))
    got = last_step(torch.optim.Adam, BROKEN.gradients, betas=betas, eps=0.0, amsgrad=True)

    assert got > float(BROKEN.claimed_value)
    assert off(got, given) <= 1


def test_torchs_nadam_goes_further_than_alpha_at_first():
    got = last_step(torch.optim.NAdam, [2.0], eps=0.0)

    assert round(got, 3) == 1.056


@pytest.fixture
def double():
    """Nadam keeps its product in the default format."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


DECAY = {"weight_decay": 0.25}
DECOUPLED = {**DECAY, "decoupled_weight_decay": True}
MAXIMIZE = {"maximize": True}
EACH = [
    ("Adamax", ("eps-in-infinity-norm",), {}),
    ("Adamax", ("l2-weight-decay", "eps-in-infinity-norm", "maximize"), {**DECAY, **MAXIMIZE}),
    ("NAdam", (), {"momentum_decay": 0.5}),
    ("NAdam", ("l2-weight-decay", "maximize"), {**DECAY, **MAXIMIZE}),
    ("NAdam", ("decoupled-weight-decay", "maximize"), {**DECOUPLED, **MAXIMIZE}),
    ("RAdam", ("radam-threshold-5",), {}),
    ("RAdam", ("radam-threshold-5", "l2-weight-decay", "maximize"), {**DECAY, **MAXIMIZE}),
    (
        "RAdam",
        ("radam-threshold-5", "decoupled-weight-decay", "maximize"),
        {**DECOUPLED, **MAXIMIZE},
    ),
]


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("foreach", [False, True])
@pytest.mark.parametrize(("name", "edits", "options"), EACH)
def test_torchs_options_are_these_edits(name, edits, options, foreach):
    algorithm = ALGORITHMS[name.lower()].edited(*(EDITS[edit] for edit in edits))
    hyper = {"alpha": 0.125, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.25}
    hyper |= {"lambda": 0.25, "psi": options.get("momentum_decay", 0.004)}
    gradients = tuple((np.array([float(g)]),) for g in GRADIENTS)
    hyper = {h: hyper[h] for h in algorithm.defaults}
    experiment = Experiment((np.array([1.0]),), gradients, hyper, "float64")
    parameter = torch.ones(1, requires_grad=True)
    settings = {"lr": 0.125, "betas": (0.5, 0.75), "eps": 0.25, "foreach": foreach, **options}
    optimizer = getattr(torch.optim, name)([parameter], **settings)
    got = []
    for (gradient,) in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        got.append([parameter.detach().numpy().copy()])

    assert error_constant(algorithm, experiment, got) <= error_limit(algorithm)
