"""Errors followed with their signs are a bound, and a tighter one than their sizes give."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimspec.reference import FLOAT64, Bounds
from optimspec.reference.affine import Affine
from optimspec.reference.feedback import Feedback
from roundings import slack

A = Feedback(FLOAT64, {})
OPERATIONS = (
    "x + y", "x - y", "-x", "1 - y", "x * y", "x**3", "a.divide(x, y)", "a.sqrt(x)", "a.exp(x)",
    "a.log(x)", "a.atan2(x - y, y)", "a.maximum(x, y)", "a.minimum(x, y)", "a.absolute(x - y)",
    "a.sign(x - y)", "a.select(lt, (x, y), x * y, y)", "a.total(x * y)", "a.mean(x, -1)",
    "a.matmul(x, a.transpose(y))", "a.transpose(x)", "a.part(x, 4)",
    "a.joined([a.part(x, 0), a.part(y, 1)], (2, 1))",
)  # fmt: skip
NOISES = 3
LARGEST = 8
"""No term of what is computed from values up to 2 is larger: 2 cubed."""


class Plain:
    """The same operations in NumPy, on plain arrays."""

    divide, sqrt, exp, log, atan2 = np.divide, np.sqrt, np.exp, np.log, np.arctan2
    maximum, minimum, absolute, sign, matmul = (
        np.maximum, np.minimum, np.abs, np.sign, np.matmul
    )  # fmt: skip

    def select(self, relation, pair, x, y):
        return np.where(relation(*pair), x, y)

    def total(self, x):
        return np.sum(x, keepdims=True)

    def mean(self, x, axis):
        return np.mean(x, axis=axis, keepdims=True)

    def transpose(self, x):
        return x.T

    def part(self, x, at):
        return x.ravel()[at : at + 1]

    def joined(self, parts, shape):
        return np.concatenate(parts).reshape(shape)


def evaluated(operation, a, x, y):
    with np.errstate(all="ignore"):
        return eval(operation, {"a": a, "x": x, "y": y, "lt": operator.lt})


def affine(rng, size):
    """Positive values, errors of that relative size from shared noise, and a rest."""
    value = rng.uniform(0.5, 2, (2, 3))
    slope = rng.standard_normal((NOISES, 2, 3)) * size
    rest = rng.uniform(0, size, (2, 3))
    return Affine(value, np.abs(slope).sum(axis=0) + rest, FLOAT64, slope)


def rest_of(x):
    return x.bound - x.spread


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([0.0, 1e-9, 1e-3, 0.2]))
def test_the_result_is_off_by_its_linear_form_and_no_more_than_its_rest(operation, seed, size):
    rng = np.random.default_rng(seed)
    x, y = affine(rng, size), affine(rng, size)
    noise = rng.choice([-1.0, 1.0, 0.0, 0.7], NOISES)
    shifted = [
        z.value + np.tensordot(noise, z.slope, 1) + rng.choice([-1.0, 1.0], (2, 3)) * rest_of(z)
        for z in (x, y)
    ]

    found, got = evaluated(operation, A, x, y), evaluated(operation, Plain(), *shifted)
    off = got - found.value - (np.tensordot(noise, found.slope, 1) if len(found.slope) else 0.0)

    room = slack(LARGEST + np.abs(found.value) + found.bound)
    assert np.all(~(np.abs(off) > rest_of(found) + room) | np.isinf(found.bound))
    assert np.all(~(np.abs(got - found.value) > found.bound + room))


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_it_is_never_wider_than_the_sizes_alone_give(operation, seed):
    rng = np.random.default_rng(seed)
    x, y = affine(rng, 1e-6), affine(rng, 1e-6)

    signed = evaluated(operation, A, x, y).bound
    unsigned = (Affine(z.value, z.bound, FLOAT64) for z in (x, y))
    sizes = evaluated(operation, Bounds(FLOAT64, {}), *unsigned)

    assert np.all(signed <= sizes.bound + slack(sizes.bound))


def test_what_is_taken_from_itself_has_no_error_to_speak_of():
    x = affine(np.random.default_rng(0), 1e-3)
    known = Affine(x.value, x.spread, FLOAT64, x.slope)

    twice = known * 3 - known

    assert np.all((known - known).bound <= 4 * FLOAT64.unit_roundoff * known.bound)
    assert np.all(np.abs(twice.bound - 2 * known.bound) <= slack(twice.value + 2 * known.bound))


def test_what_is_divided_by_itself_has_an_error_of_second_order():
    x = affine(np.random.default_rng(0), 1e-3)
    known = Affine(x.value, x.spread, FLOAT64, x.slope)
    r = known.bound / known.value

    found = A.divide(known, known)

    assert np.all(np.abs(found.bound - 2 * r**2 / (1 - r)) <= slack(found.value + r))


def test_an_error_that_may_be_anything_stays_so():
    x = affine(np.random.default_rng(0), 1e-3)
    with np.errstate(all="ignore"):
        nothing = A.divide(x, x - x)
        beside = nothing + x

    assert np.all(np.isinf(nothing.bound))
    assert np.all(np.isinf(beside.bound))
    assert np.all(nothing.slope == 0)
