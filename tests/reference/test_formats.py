from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimspec.reference import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS

torch = pytest.importorskip("torch")

CONTEXT = mpmath.MPContext()
CONTEXT.prec = 300


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
def test_constants_are_those_torch_states(form):
    info = torch.finfo(getattr(torch, form.name))

    assert form.unit_roundoff == info.eps / 2
    assert form.largest == info.max
    assert form.smallest_normal == info.tiny
    assert form.quantum_exponent == int(np.log2(info.smallest_normal * info.eps))


@pytest.mark.parametrize("form", [FLOAT16, BFLOAT16], ids=lambda f: f.name)
@given(x=st.floats(allow_nan=False, width=32))
def test_round_agrees_with_torch(form, x):
    """From float32, since torch goes from float64 to the narrow formats in two roundings."""
    expected = torch.tensor([x], dtype=torch.float32).to(getattr(torch, form.name)).double().numpy()

    assert np.array_equal(form.round(np.array([x])), expected)


@given(x=st.floats(allow_nan=False))
def test_round_agrees_with_numpy(x):
    with np.errstate(over="ignore", under="ignore"):
        expected = np.array([x]).astype(np.float32).astype(np.float64)

    assert np.array_equal(FLOAT32.round(np.array([x])), expected)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
@given(x=st.floats(allow_nan=False, allow_infinity=False))
def test_nearest_agrees_with_round_on_doubles(form, x):
    assert form.nearest(CONTEXT.mpf(x)) == form.round(np.array([x]))[0]


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
def test_nearest_rounds_once(form):
    """Just above the middle of 1 and its successor, by less than float64 can show."""
    ulp = 2 * form.unit_roundoff
    above = CONTEXT.mpf(1) + CONTEXT.mpf(form.unit_roundoff) + CONTEXT.mpf(2) ** -200

    assert form.nearest(above) == 1 + ulp
    assert form.nearest(above - CONTEXT.mpf(2) ** -199) == 1.0


@given(numerator=st.integers(-(10**40), 10**40), exponent=st.integers(-1130, -1000))
def test_nearest_is_the_nearest_double_among_subnormals(numerator, exponent):
    """Where ``float(mpf)`` misrounds; Python's Fraction is the independent judge."""
    exact = Fraction(numerator) * Fraction(2) ** exponent

    assert FLOAT64.nearest(CONTEXT.ldexp(CONTEXT.mpf(numerator), exponent)) == float(exact)
