"""torch.optim.Adam takes the steps that the proofs say exist."""

import pytest
from sympy import Integer, Rational, sqrt

from optimspec.spec import claims_of
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.claims.adam_bound import ATTAINED_BY, BOUND
from optimspec.spec.claims.adam_paper import PAPER_DENSE_BOUND, PAPER_SPARSE_BOUND, SPARSE_BOUND
from optimspec.spec.symbols import alpha, beta1, beta2, eps, index, t

torch = pytest.importorskip("torch")

BETAS = [
    ("0.9", "0.999"),
    ("0.9", "0.99"),
    ("0.9", "0.95"),
    ("0.5", "0.9"),
    ("0.99", "0.999"),
    ("0.9", "0.8"),
    ("0.9", "0.9"),
]


def nearest(number):
    """Return the double nearest to a rational."""
    return int(number.p) / int(number.q)


def last_step(betas, gradients, constant=1e-300):
    """|Delta| of torch's last update with lr = 1, from a parameter that is 0 before it."""
    parameter = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([parameter], lr=1.0, betas=betas, eps=constant)
    for gradient in gradients:
        with torch.no_grad():
            parameter.zero_()
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    return abs(parameter.item())


def rounding(betas, steps):
    """Relative error of a step in float64, to first order.

    Each step rounds either moment three times. The betas' own rounding counts once for each step
    in the powers, and is 1 / (1 - beta) times larger in 1 - beta and in the bias corrections.
    """
    return 2**-53 * (2 * 6 * steps + 4 * sum(1 / (1 - beta) for beta in betas))


@pytest.mark.parametrize(
    "example", [*PAPER_SPARSE_BOUND.counterexamples, *PAPER_DENSE_BOUND.counterexamples]
)
def test_torch_goes_further_than_the_paper_states(example):
    betas = tuple(nearest(example.hyperparameters[beta]) for beta in (beta1, beta2))
    got = last_step(betas, map(nearest, example.gradients))
    assert got == pytest.approx(float(example.found), rel=rounding(betas, example.step))
    assert got > float(example.claimed_value)


@pytest.mark.parametrize("pair", BETAS)
@pytest.mark.parametrize("steps", [1, 2, 400])
def test_torch_attains_the_bound(pair, steps):
    exact = {beta1: Rational(pair[0]), beta2: Rational(pair[1]), t: Integer(steps)}
    gradient = ATTAINED_BY.xreplace(exact)
    gradients = [nearest(gradient.xreplace({index: Integer(i)})) for i in range(1, steps + 1)]
    betas = tuple(map(float, pair))
    expected = float(BOUND.evalf(30, subs=exact))
    assert last_step(betas, gradients) == pytest.approx(expected, rel=rounding(betas, steps))


@pytest.mark.parametrize("gradient", [1e-100, -3.0, 1e100])
def test_torch_goes_alpha_with_a_constant_gradient(gradient):
    got = last_step((0.9, 0.999), [gradient] * 50)
    assert got == pytest.approx(1, rel=rounding((0.9, 0.999), 50))


@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_torch_takes_the_papers_longest_step_after_zeros(steps):
    factor = sqrt(1 - beta2**t) / (1 - beta1**t)
    exact = {alpha: 1, beta1: Rational("0.9"), beta2: Rational("0.999"), t: Integer(steps)}
    expected = float((SPARSE_BOUND * factor).evalf(30, subs=exact))
    got = last_step((0.9, 0.999), [0.0] * (steps - 1) + [-2.0])
    assert got == pytest.approx(expected, rel=rounding((0.9, 0.999), steps))


@pytest.mark.parametrize(
    "claim", [c for c in claims_of(ADAM) if c.id.startswith("labml")], ids=lambda c: c.id
)
def test_torch_goes_as_algorithm_1_where_another_page_differs(claim):
    (example,) = claim.counterexamples
    betas = tuple(nearest(example.hyperparameters[beta]) for beta in (beta1, beta2))
    constant = nearest(example.hyperparameters[eps]) or 1e-300
    got = last_step(betas, map(nearest, example.gradients), constant)
    assert got == pytest.approx(float(example.found), rel=rounding(betas, example.step))
    assert got != pytest.approx(float(example.claimed_value), rel=0.1)
