"""The emulated kernels are off by what is predicted of the real ones, and their fma is exact."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optimspec.impls import emulations
from optimspec.impls.emulations.arithmetic import fma, powf
from optimspec.impls.emulations.listed import EMULATIONS
from optimspec.spec.catalogue import ALGORITHMS, edits_of

U = 2.0**-24
"""The unit roundoff of float32, in which all errors below are given."""
OWN = 2
"""What one faithful step is off by itself in the median, and the rounding of a prediction."""

KERNELS = [getattr(emulations, name) for name in emulations.__all__]
EACH = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__)

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


def nearest(x):
    """The float32 nearest to a rational number, of two the even one; infinite beyond all."""
    size = abs(x)
    exponent = max(size.numerator.bit_length() - size.denominator.bit_length(), -126)
    exponent -= exponent > -126 and size < Fraction(2) ** exponent
    unit = Fraction(2) ** (exponent - 23)
    rounded = round(size / unit) * unit
    return np.float32((-1 if x < 0 else 1) * (float(rounded) if rounded < 2**128 else np.inf))


@given(finite, finite, finite)
@example(1 + 2**-12, 1 + 2**-12, 2.0**-80)  # a tie, and what decides it is lost in float64
@example(1 + 2**-12, 1 + 2**-12, -(2.0**-80))
@example(2.0**-75, 2.0**-75, 2.0**-149)  # half of the least subnormal number is added to it
@example(2.0**-75, 2.0**-75, -(2.0**-149))
@example(2.0**64, 2.0**64, -(2.0**103))  # the middle between the largest number and 2^128
def test_fma_rounds_the_exact_sum_once(a, b, c):
    with np.errstate(over="ignore"):
        got = fma(*map(np.float32, (a, b, c)))
    assert got == nearest(Fraction(a) * Fraction(b) + Fraction(c))


@given(finite, finite, st.integers(-60, 60), st.sampled_from([-1, 1]))
def test_fma_rounds_once_wherever_the_addend_lies(a, b, binades, sign):
    with np.errstate(all="ignore"):
        c = sign * np.float32(np.ldexp(np.float64(a) * b, binades))
        got = fma(np.float32(a), np.float32(b), c)
    if np.isfinite(c):
        assert got == nearest(Fraction(a) * Fraction(b) + Fraction(float(c)))


@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        ((np.inf, 0.0, 1.0), np.nan),
        ((np.inf, 1.0, -np.inf), np.nan),
        ((np.inf, -2.0, 1.0), -np.inf),
        ((2.0, 3.0, np.inf), np.inf),
        ((np.nan, 0.0, 1.0), np.nan),
        ((3e38, 3e38, 1.0), np.inf),
    ],
)
def test_fma_of_what_is_not_finite(operands, expected):
    with np.errstate(all="ignore"):
        np.testing.assert_equal(fma(*map(np.float32, operands)), np.float32(expected))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.95, 0.999, 0.9999, 0.99999])
def test_powers_are_rounded_correctly(beta):
    base = np.float32(beta)
    for t in range(1, 101):
        assert powf(base, t) == nearest(Fraction(float(base)) ** t)


def errors(kernel, beta2, steps):
    """What theta and v after, and theta's last move, are off by, in units of U, in the median.

    The gradient is the same at every step and parameters start at 0, so that a move is
    alpha g / (|g| + eps) and v is (1 - beta2^t) g^2.
    """
    g = np.random.default_rng(0).standard_normal(1001).astype(np.float32)
    theta = np.zeros_like(g)
    optimizer = kernel([theta], lr=1e-3, betas=(0.9, beta2))
    for _ in range(steps):
        before = theta.copy()
        optimizer.step([g])
    wide = g.astype(np.longdouble)
    move = -wide / (abs(wide) + np.longdouble("1e-8")) / 1000
    v = (1 - np.longdouble(str(beta2)) ** steps) * wide**2
    pairs = {
        "theta": (theta, steps * move),
        "move": (theta.astype(np.longdouble) - before, move),
        "v": (optimizer.v[0], v),
    }
    return {name: float(np.median(abs(got / true - 1))) / U for name, (got, true) in pairs.items()}


@EACH
@pytest.mark.parametrize(("beta2", "off"), [(0.999, 216), (0.9999, 2784)])
def test_second_moment_is_off_by_what_rounding_beta2_makes_of_1_minus_it(kernel, beta2, off):
    exact = abs((1 - Fraction(float(np.float32(beta2)))) / (1 - Fraction(str(beta2))) - 1)

    assert errors(kernel, beta2, 1)["v"] == pytest.approx(off, abs=OWN)
    assert float(exact) / U == pytest.approx(off, abs=0.5)


@pytest.mark.parametrize(
    ("kernel", "beta2", "step", "variable", "off"),
    [
        (emulations.TorchCudaFusedAdam, 0.999, 2, "theta", 27.6),
        (emulations.TorchCudaFusedAdam, 0.999, 2, "move", 56),
        (emulations.TorchCudaFusedAdam, 0.999, 3, "theta", 1),
        (emulations.TorchCudaFusedAdam, 0.9999, 2, "theta", 210),
        (emulations.TorchCudaFusedAdam, 0.9999, 3, "theta", 137),
        (emulations.TorchCudaFusedAdam, 0.9999, 3, "move", 828),
        (emulations.LlmcAdamW, 0.999, 2, "theta", 27),
        (emulations.BitsandbytesAdamW, 0.999, 2, "theta", 27),
        (emulations.DeepSpeedCPUAdam, 0.999, 2, "theta", 26.6),
        (emulations.DeepSpeedCPUAdam, 0.999, 3, "theta", 55.7),
        (emulations.ApexFusedAdam, 0.999, 2, "theta", 0.6),
        (emulations.ApexFusedAdam, 0.999, 10, "theta", 1.6),
    ],
)
def test_parameters_are_off_by_what_was_predicted(kernel, beta2, step, variable, off):
    """The predictions are of other emulations of the same kernels, written independently."""
    assert errors(kernel, beta2, step)[variable] == pytest.approx(off, abs=OWN)


def drift(average):
    """The median error of a second moment after 5000 steps from N(0, 1), in units of U."""
    generator = np.random.default_rng(0)
    v, true = np.zeros(500, np.float32), np.zeros(500, np.longdouble)
    beta2 = np.longdouble("0.999")
    for _ in range(5000):
        g = generator.standard_normal(500).astype(np.float32)
        v = average(v, g)
        true = beta2 * true + (1 - beta2) * g.astype(np.longdouble) ** 2
    return float(np.median(abs(v / true - 1))) / U


def test_rounded_weights_that_do_not_sum_to_1_drift_and_interpolation_does_not():
    """Weights that do not sum to 1 tend to an average that is 216 U off; 5000 steps do most of it.

    184 and 7.5 is what another program measured of the same two, on gradients of its own.
    """
    beta, rest = np.float32(0.999), np.float32(1 - 0.999)

    assert drift(lambda v, g: fma(beta, v, rest * g * g)) > 184
    assert drift(lambda v, g: fma(rest, fma(g, g, -v), v)) < 7.5


@EACH
def test_decay_alone_shrinks_the_parameter(kernel):
    theta = np.ones(3, np.float32)
    kernel([theta], lr=0.5, weight_decay=0.5).step([np.zeros_like(theta)])
    # Adam's step follows the penalty, and by itself is 0.5 long
    np.testing.assert_array_equal(theta, 0.5 if kernel is emulations.TorchCudaFusedAdam else 0.75)


def test_apex_in_its_other_mode_penalises_the_gradient():
    theta = np.ones(3, np.float32)
    optimizer = emulations.ApexFusedAdam([theta], lr=0.5, weight_decay=0.5, adam_w_mode=False)
    optimizer.step([np.zeros_like(theta)])
    np.testing.assert_array_equal(theta, 0.5)


@EACH
def test_parameters_are_updated_in_place_and_those_without_gradient_not(kernel):
    scalar, vector, skipped = np.float32([1, 2, 3]), np.ones(2, np.float32), np.ones(2, np.float32)
    parameters = [scalar.reshape(3, 1)[:1], vector, skipped]
    optimizer = kernel(parameters)
    optimizer.step([np.ones_like(parameters[0]), np.ones_like(vector), None])
    assert scalar[0] < 1
    assert (vector < 1).all()
    assert (skipped == 1).all()
    assert optimizer.t == [1, 1, 0]


@EACH
@pytest.mark.parametrize("dtype", [np.float64, np.float16])
def test_other_formats_are_refused(kernel, dtype):
    with pytest.raises(TypeError, match="must be in float32; found"):
        kernel([np.ones(2, dtype)]).step([np.ones(2, dtype)])


def test_every_emulation_is_listed_once_in_the_catalogues_words():
    names = [entry.reference.removeprefix("optimspec.impls.emulations:") for entry in EMULATIONS]
    assert sorted(names) == emulations.__all__
    for entry in EMULATIONS:
        assert set(entry.edits) <= {edit.id for edit in edits_of(ALGORITHMS[entry.spec])}
        assert "an emulation; nothing ran on a GPU" in entry.about
