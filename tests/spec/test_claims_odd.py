"""Claims about Rprop, ASGD, Adafactor and Muon, borne out by runs and by a second route."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy
from sympy import And, Implies, Le, Max, Piecewise, Rational, Symbol, sign

from enclosures import agree, at_most, enclosed, length, precise
from optimspec.reference import FLOAT64, Ball, Bounds, Experiment, Float64, error_limit, run, truth
from optimspec.reference.trajectory import history
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.claim import equal
from optimspec.spec.claim_bracket import Branches, Decided
from optimspec.spec.claim_spectrum import U_T, V_T, Evaluated, OnInterval, S, Spectral, U
from optimspec.spec.operations import matmul, transpose
from optimspec.spec.symbols import Variable

SEEDS = range(5)


def experiment(name, shape=(6,), steps=40, seed=0, **hyper):
    rng = np.random.default_rng(seed)
    rows = tuple((rng.standard_normal(shape),) for _ in range(steps))
    settings = {**ALGORITHMS[name].defaults, **hyper}
    return Experiment((rng.standard_normal(shape),), rows, settings, "float64")


def values(steps, variable):
    return np.array(history(steps, 0, variable))


@pytest.mark.parametrize("seed", SEEDS)
def test_rprops_steps_are_within_their_bounds(seed):
    case = experiment("rprop", seed=seed, delta_min=0.004, delta_max=0.02)
    steps = run(ALGORITHMS["rprop"], Float64(), case)
    size, step = values(steps, "delta"), values(steps, "u")

    assert size.min() == 0.004
    assert 0.01 < size.max() <= 0.02
    assert np.abs(step).max() <= 0.02


@pytest.mark.parametrize("t0", [0, 3])
@precise
def test_asgds_average_is_the_mean_from_two_steps_after_t0_on(t0):
    case = experiment("asgd", t0=float(t0), Lambda=0.1)
    theta, average = (enclosed(ALGORITHMS["asgd"], case, name) for name in ("theta", "a"))

    for step in range(t0 + 2, len(theta) + 1):
        assert agree(average[step - 1], Ball().mean(theta[t0 + 1 : step], 0))


def test_torchs_average_leaves_the_first_iterate_out():
    """t0 = 0 does not mean all iterates: the first two weights are 1."""
    torch = pytest.importorskip("torch")
    theta = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.ASGD([theta], lr=0.5, lambd=0.0, t0=0)
    visited = []
    for gradient in (2.0, 4.0, 8.0):
        theta.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        visited.append(theta.item())

    assert visited == [0.0, -2.0, -6.0]
    assert optimizer.state[theta]["ax"].item() == -4.0


MUON = ALGORITHMS["muon"]
COEFFICIENTS = [MUON.defaults[name] for name in ("a_ns", "b_ns", "c_ns")]


def quintic(s, number=float):
    a, b, c = map(number, COEFFICIENTS)
    return a * s + b * s**3 + c * s**5


def slope(s):
    a, b, c = COEFFICIENTS
    return a + 3 * b * s**2 + 5 * c * s**4


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (1, 4)])
def test_muons_step_is_made_of_the_singular_values(shape):
    """A second route to the same step: the polynomial of the singular values, five times."""
    settings = {"alpha": 1.0, "lambda": 0.0, "mu": 0.0, "epsilon0": 0.0}
    case = experiment("muon", shape, steps=1, seed=3, **settings)
    ((gradient,),), (theta0,) = case.gradients, case.theta0
    with mpmath.workprec(4 * FLOAT64.precision):
        left, s, right = mpmath.svd_r(mpmath.matrix(gradient.tolist()))
        s /= mpmath.norm(s)
        for _ in range(5):
            s = s.apply(quintic)
        scale = mpmath.sqrt(max(1, mpmath.mpf(shape[0]) / shape[1]))
        theta = mpmath.matrix(theta0.tolist()) - scale * left * mpmath.diag(s) * right
    nearest = np.reshape([FLOAT64.nearest(x) for x in theta], shape)

    np.testing.assert_array_equal(truth(MUON, case)[0]["theta"].high[0], nearest)


def test_muons_values_are_within_what_is_proved_and_not_within_the_posts_range():
    s = np.concatenate([np.linspace(1 / 500, 1, 200_001), [4 / 7]])
    for _ in range(5):
        s = quintic(s)

    assert 0.68 <= s.min() < 0.682
    assert 1.202 < s.max() <= 1.21
    assert 0.683 < s[-1] < 0.684


def test_muons_values_never_settle_within_the_posts_range():
    """More steps do not help: most values end in a cycle of four, the least of which is 0.682."""
    s = np.linspace(1 / 500, 1, 1001)
    for _ in range(400):
        s = quintic(s)
    cycle = [s := quintic(s) for _ in range(4)]
    multiplier = np.abs(np.prod(slope(np.array(cycle)), axis=0))
    exact = Bounds(FLOAT64, {})
    around = exact.tensor(cycle[0])
    for _ in range(4):
        around = quintic(around, exact.scalar)
    rounding = error_limit(MUON) * around.bound

    # Rounding keeps a value so far from a cycle: d = multiplier d + rounding. A round moves it by
    # (1 + multiplier) d + rounding.
    assert np.all(multiplier < 1)
    assert np.all(np.abs(quintic(cycle[3]) - cycle[0]) <= 2 * rounding / (1 - multiplier))
    assert np.quantile(np.min(cycle, axis=0), 0.99) < 0.682


x, y, z = (Symbol(name, real=True) for name in "xyz")
ORDER = (Le(x, y), Le(y, z))


@pytest.mark.parametrize(
    ("low", "high", "holds"),
    [
        (x, z, True),
        (z, x, False),
        (Max(x, y), z, True),
        (x, Max(x - 1, y), True),
        (Max(x, z + 1), z, False),
        (Piecewise((x, sympy.Symbol("p") > 0), (y, True)), z, True),
        (Piecewise((x, sympy.Symbol("p") > 0), (z + 1, True)), z, False),
        (x, sympy.Min(y, z), True),
        (x + 1, sympy.Min(y, z), False),
        (y * sign(x), z, False),
    ],
)
def test_every_case_of_an_inequality_has_to_hold(low, high, holds):
    formula = Implies(And(*ORDER), Le(low, high, evaluate=False))

    assert Branches(ORDER).holds(formula, ()) is holds
    assert not Branches((Le(x, z - 1),)).holds(formula, ())


def test_the_larger_of_two_needs_its_assumption_and_a_positive_factor():
    positive = Symbol("d", positive=True)
    larger, assumed = Max(1, x / positive), Le(x, positive)

    def decided(value, by, factor):
        return Decided(by, factor).holds(Implies(assumed, equal(larger, value)), ())

    assert decided(sympy.Integer(1), assumed, 1 / positive)
    assert not decided(x / positive, assumed, 1 / positive)
    assert not decided(sympy.Integer(1), Le(positive, x), 1 / positive)
    assert not decided(sympy.Integer(1), assumed, -1 / positive)


@pytest.mark.parametrize(
    ("low", "high", "holds"), [(0, 1, True), (Rational(1, 5), 1, False), (0, Rational(1, 5), False)]
)
def test_a_polynomial_is_bounded_on_an_interval_by_its_roots(low, high, holds):
    """The polynomial x - x^2 is between 0 and 1/4 for x from 1/10 to 9/10."""
    made = equal(y, x - x**2)
    inside = (Le(Rational(1, 10), x), Le(x, Rational(9, 10)))
    formula = Implies(And(made, *inside), And(Le(low, y), Le(y, high)))

    assert OnInterval(made, x).holds(formula, ()) is holds
    assert not OnInterval(made, x).holds(Implies(And(made, inside[0]), formula.args[1]), ())


def test_an_inequality_of_numbers_is_computed():
    half = equal(x, Rational(1, 2))
    square = equal(y, x**2)
    for bound, holds in ((Rational(1, 4), True), (Rational(1, 5), False)):
        formula = Implies(And(half, square), Le(y, bound))
        assert Evaluated((square,)).holds(formula, ()) is holds
        assert not Evaluated(()).holds(formula, ())


m, n = Variable("m"), Variable("n")


@pytest.mark.parametrize(
    ("made", "found", "holds"),
    [
        (matmul(m, transpose(m)), U * S**2 * U_T, True),
        (matmul(transpose(m), m), V_T * S**2 * U, False),
        (matmul(matmul(m, transpose(m)), m), U * S**3 * V_T, True),
        (2 * m + matmul(m, matmul(transpose(m), m)), U * (2 * S + S**3) * V_T, True),
        (matmul(m, m), U * S**2 * V_T, False),
    ],
)
def test_orthonormal_neighbours_cancel_and_no_others(made, found, holds):
    definition = equal(n, made)
    formula = Implies(equal(m, U * S * V_T), equal(n, found))

    assert Spectral(definition).holds(formula, (definition,)) is holds
    assert not Spectral(definition).holds(formula, ())


@precise
def test_adafactors_clipping_is_exact():
    exact = Ball()
    for seed, d in itertools.product(SEEDS, (1.0, 1.5)):
        settings = {"d": d, "alpha": 1.0, "epsilon2": 1.0}
        case = experiment("adafactor-vector", seed=seed, steps=20, **settings)
        theta = enclosed(ALGORITHMS["adafactor-vector"], case)
        root = exact.sqrt(exact.scalar(theta.shape[1]))
        size = exact.maximum(length(theta[:-1]) / root, exact.scalar(1.0))
        rate = 1 / exact.sqrt(exact.tensor(np.arange(2.0, 21.0)))
        assert at_most(length(np.diff(theta, axis=0)) / root, size * rate * d)


def test_the_edit_that_clamps_is_idle_within_the_bounds():
    plain = ALGORITHMS["rprop"]
    clamped = plain.edited(EDITS["rprop-step-size-clamped"])
    rng = np.random.default_rng(0)
    rows = tuple((rng.standard_normal(6),) for _ in range(40))
    inside, outside = (
        Experiment((np.zeros(6),), rows, {**plain.defaults, "alpha": start}, "float64")
        for start in (0.01, 100.0)
    )

    def same(case):
        return np.array_equal(
            *(values(run(each, Float64(), case), "theta") for each in (plain, clamped))
        )

    assert same(inside)
    assert not same(outside)
