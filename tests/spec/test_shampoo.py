"""Shampoo beside other routes to the same numbers: singular values, and a loop over the axes."""

import mpmath
import numpy as np
import pytest

from optimspec.reference import FLOAT64, Experiment, truth
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.exact import rests

SHAPES = [(1, 1), (1, 4), (4, 3), (3, 5), (2, 3, 4)]
ALPHA = 0.5

EXACT = mpmath.MPContext()
EXACT.prec = 4 * FLOAT64.precision


def drawn(shape, steps):
    return np.random.default_rng([*shape, steps]).standard_normal((steps, *shape))


def visited(algorithm, gradients, epsilon):
    """The nearest doubles to the true parameters, from zero on."""
    hyper = {"alpha": ALPHA, "epsilon": epsilon}
    rows = tuple((gradient,) for gradient in gradients)
    case = Experiment((np.zeros(gradients[0].shape),), rows, hyper, "float64")
    return truth(algorithm, case)[0]["theta"].high


def as_array(matrix):
    return np.reshape(np.array(list(matrix), dtype=object), (matrix.rows, matrix.cols))


nearest = np.vectorize(FLOAT64.nearest, otypes=[float])


def by_singular_values(gradient, epsilon):
    left, s, right = EXACT.svd_r(EXACT.matrix(gradient.tolist()))
    s = s.apply(lambda x: x / EXACT.sqrt(x**2 + epsilon))
    return as_array(-ALPHA * left * EXACT.diag(list(s)) * right)


@pytest.mark.parametrize("epsilon", [1.0, 1e-2])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_step_leaves_singular_vectors_and_brings_values_to_alpha(shape, epsilon):
    """The value s becomes alpha s / sqrt(s^2 + eps), which goes to alpha as eps goes to zero."""
    (gradient,) = drawn(shape, 1)
    (theta,) = visited(ALGORITHMS["shampoo"], [gradient], epsilon)
    matrices = gradient.reshape(-1, *shape[-2:])

    expected = nearest([by_singular_values(matrix, epsilon) for matrix in matrices])
    assert np.array_equal(theta, expected.reshape(shape))


def test_it_is_not_adagrad_but_for_a_number():
    gradients = drawn((2, 2), 3)
    adagrad = ALGORITHMS["adagrad"].edited(EDITS["eps-inside-root"])

    for part, same in ((gradients[:, :1, :1], True), (gradients, False)):
        paths = (visited(algorithm, part, 0.25) for algorithm in (ALGORITHMS["shampoo"], adagrad))
        assert np.array_equal(*paths) == same


def overwriting(gradients, epsilon):
    """Algorithm 2's loop over the axes, by -1/2, on a gradient that it overwrites."""
    exactly = np.vectorize(EXACT.mpf, otypes=[object])
    theta, sums = np.zeros(gradients[0].shape), [epsilon * np.eye(n) for n in gradients[0].shape]
    for gradient in gradients:
        update = exactly(gradient)
        for axis in range(2):
            turned = np.moveaxis(update, axis, 0)
            sums[axis] = sums[axis] + turned @ turned.T
            values, vectors = EXACT.eigsy(EXACT.matrix(sums[axis].tolist()))
            root = vectors * EXACT.diag([1 / EXACT.sqrt(x) for x in values]) * vectors.T
            update = np.moveaxis(as_array(root) @ turned, 0, axis)
        theta = theta - ALPHA * update
        yield nearest(theta)


def test_two_entries_of_the_catalogue_are_a_loop_that_overwrites_its_gradient():
    edits = (EDITS["shampoo-sum-of-preconditioned"], EDITS["shampoo-square-roots"])
    gradients = drawn((4, 3), 6)

    found = visited(ALGORITHMS["shampoo"].edited(*edits), gradients, 0.25)

    assert np.array_equal(found, list(overwriting(gradients, 0.25)))


def test_a_gradient_of_zero_changes_nothing_where_steps_are_not_counted():
    assert {name for name, a in ALGORITHMS.items() if rests(a)} == {
        "adagrad", "sgd", "shampoo", "signsgd"
    }  # fmt: skip
