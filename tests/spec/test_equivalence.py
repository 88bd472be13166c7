"""Equivalence is claimed of algorithms that are one optimizer, and of no others."""

import pytest
from sympy import Max, sqrt

from optimspec.spec import (
    ALGORITHMS,
    EDITS,
    Category,
    Edit,
    Kind,
    Replace,
    edits_of,
    mutations_of,
    prove_equivalent,
)
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, t, theta

ROOT = sqrt(1 - beta2**t)
UNSCALED_M, UNSCALED_V = beta1 * m.prev + g, beta2 * v.prev + g**2


def rewritten(algorithm, **equations):
    """``algorithm`` with other right-hand sides."""
    variables = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "theta": theta}
    edit = Edit(
        id="rewritten",
        kind=Kind.VARIANT,
        category=Category.FORMULA,
        statement="",
        effect="",
        links=(),
        operations=tuple(Replace(variables[name], rhs) for name, rhs in equations.items()),
    )
    return algorithm.edited(edit)


@pytest.mark.parametrize(
    "equations",
    [
        {"m": m.prev + (1 - beta1) * (g - m.prev)},
        {"m": UNSCALED_M, "m_hat": (1 - beta1) * m / (1 - beta1**t)},
        {"v": UNSCALED_V, "v_hat": (1 - beta2) * v / (1 - beta2**t)},
        {"theta": theta.prev - alpha * ROOT / (1 - beta1**t) * m / (sqrt(v) + eps * ROOT)},
        {"m": beta1 * m.prev - (1 - beta1) * g, "m_hat": -m / (1 - beta1**t)},
        {"v_hat": abs(v) / (1 - beta2**t)},
        {"m_hat": 7 * m, "theta": theta.prev - alpha / (1 - beta1**t) * m / (sqrt(v_hat) + eps)},
    ],
    ids=["lerp", "unscaled-m", "unscaled-v", "folded", "signs", "v-is-positive", "dead-code"],
)
def test_the_same_optimizer_written_otherwise(adam, equations):
    other = rewritten(adam, **equations)

    assert prove_equivalent(adam, other, constant_settings=True)
    assert prove_equivalent(other, adam, constant_settings=True)


@pytest.mark.parametrize(
    "equations",
    [
        {"m": UNSCALED_M},
        {"v": UNSCALED_V},
        {"m": beta1 * m.prev - (1 - beta1) * g},
        {"theta": theta.prev - alpha * ROOT / (1 - beta1**t) * m / (sqrt(v) + eps)},
        {"theta": theta.prev - alpha * m_hat / (sqrt(v_hat) + eps * (1 + t * 10**-9))},
        {"v_hat": Max(v, v.prev) / (1 - beta2**t)},
    ],
    ids=["unscaled-m", "unscaled-v", "sign", "eps-hat", "eps-a-little", "max"],
)
def test_another_optimizer(adam, equations):
    assert prove_equivalent(adam, rewritten(adam, **equations)) is None
    assert prove_equivalent(rewritten(adam, **equations), adam) is None


def test_what_is_undefined_elsewhere_is_not_the_same(adam):
    """Multiplying a denominator's conjugate in makes 0/0 of what was a number."""
    conjugate = theta.prev - alpha * m_hat * (sqrt(v_hat) - eps) / (v_hat - eps**2)

    assert prove_equivalent(adam, rewritten(adam, theta=conjugate)) is None


def test_what_is_undefined_from_the_first_step_on_is_the_same(adam):
    everywhere = adam.edited(EDITS["step-starts-at-zero"])
    once = rewritten(adam, m_hat=m / (1 - beta1 ** (t - 1)))

    assert prove_equivalent(everywhere, once)
    assert prove_equivalent(adam, once) is None


def test_what_cancels_but_for_a_point_is_not_the_same():
    """The factor is -1, and 0/0 where the gradient is the parameter."""
    sgd = ALGORITHMS["sgd"]
    holed = rewritten(sgd, theta=theta.prev + alpha * g * (theta.prev - g) / (g - theta.prev))

    assert prove_equivalent(sgd, holed) is None


def test_decay_that_is_ignored_is_no_decay():
    assert prove_equivalent(
        ALGORITHMS["adamw"].edited(EDITS["weight-decay-ignored"]), ALGORITHMS["adam"]
    )


@pytest.mark.parametrize(
    ("base", "id"),
    [("adam", "mutation:theta:turn-sign-2"), ("adam", "mutation:m:turn-sign-2"),
     ("lamb", "mutation:u:turn-sign-1"), ("shampoo", "mutation:theta:turn-sign-2")],
)  # fmt: skip
def test_climbing_by_either_sign_is_maximizing(base, id):
    climbing = next(edit for edit in mutations_of(ALGORITHMS[base]) if edit.id == id)

    assert prove_equivalent(
        ALGORITHMS[base].edited(climbing), ALGORITHMS[base].edited(EDITS["maximize"])
    )


def test_matrix_equations_are_the_same_but_for_copies_and_signs_or_not_at_all():
    shampoo = ALGORITHMS["shampoo"]
    decayed = shampoo.edited(EDITS["l2-weight-decay"])
    copied = decayed.edited(EDITS["weight-decay-ignored"])

    assert "equal to another" in prove_equivalent(copied, shampoo)[0]
    assert prove_equivalent(decayed, shampoo) is None


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=ALGORITHMS)
def test_no_edit_of_the_catalogue_is_the_algorithm_itself(algorithm):
    same = [e.id for e in edits_of(algorithm) if prove_equivalent(algorithm, algorithm.edited(e))]

    assert same == []


@pytest.mark.parametrize("base", ["momentum", "nesterov"])
def test_the_step_size_may_stand_inside_the_buffer_while_it_is_constant(base):
    plain, inside = ALGORITHMS[base], ALGORITHMS[base].edited(EDITS["lr-inside-velocity"])

    proof = prove_equivalent(plain, inside, constant_settings=True)
    assert any("alpha" in step for step in proof)
    assert prove_equivalent(plain, inside) is None


def test_a_proof_says_how_the_state_corresponds(adam):
    other = rewritten(adam, m=UNSCALED_M, m_hat=(1 - beta1) * m / (1 - beta1**t))
    proof = prove_equivalent(adam, other, constant_settings=True)

    assert "Let m of the second be (1 / (1 - beta1)) times m of the first" in proof[1]


def test_a_counter_that_is_right_in_the_first_step_tells_the_first_step():
    damped = ALGORITHMS["momentum"].edited(EDITS["dampening"])
    reset, running = (
        damped.edited(EDITS[name])
        for name in ("step-counter-per-parameter-reset", "step-counter-per-parameter")
    )

    assert prove_equivalent(damped, reset)
    assert prove_equivalent(reset, damped)
    assert not prove_equivalent(damped, running)


def test_states_of_opposite_signs_are_one_optimizer():
    rprop = ALGORITHMS["rprop"]
    turned = next(e for e in mutations_of(rprop) if e.id == "mutation:theta:turn-sign-2")
    ascends, goes_back = rprop.edited(EDITS["maximize"]), rprop.edited(turned)

    assert prove_equivalent(ascends, goes_back)
    assert not prove_equivalent(rprop, goes_back)


@pytest.mark.parametrize(
    ("name", "mutation"),
    [("lars", "mutation:rho:change-exponent-11"), ("lamb", "mutation:rho:change-exponent-7")],
)
def test_a_norm_is_positive_where_its_square_is(name, mutation):
    algorithm = ALGORITHMS[name]
    squared = next(e for e in mutations_of(algorithm) if e.id == mutation)

    assert prove_equivalent(algorithm, algorithm.edited(squared))


def test_an_angle_is_odd_and_has_no_scale():
    angle = ALGORITHMS["adam-atan2"]
    turned = next(e for e in mutations_of(angle) if e.id == "mutation:theta:turn-sign-2")
    other = angle.edited(EDITS["bias-correction-multiplied"], EDITS["bias-corrected-twice"])

    assert prove_equivalent(angle.edited(EDITS["maximize"]), angle.edited(turned))
    assert prove_equivalent(angle.edited(EDITS["no-bias-correction"]), other)
    assert not prove_equivalent(angle, angle.edited(turned))
