from fractions import Fraction

import mpmath
import numpy as np
import pytest

from optimspec.reference import FORMATS, Experiment, Multiprecision, TruthUndecided, run, truth
from optimspec.reference import truth as truth_function
from optimspec.reference.truth import _attempt
from optimspec.spec import ALGORITHMS, EDITS


def closed_form(gradients, beta, power):
    """(1 - beta) sum_i beta^(t-i) g_i^power in rational arithmetic: the second route."""
    beta = Fraction(beta)
    t = len(gradients)
    return (1 - beta) * sum(
        beta ** (t - i) * Fraction(g) ** power for i, g in enumerate(gradients, start=1)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_the_recurrence_is_the_closed_form_rounded_once(adam, make_experiment, name):
    experiment = make_experiment(name, steps=12, elements=5)
    history = np.array([row[0] for row in experiment.gradients])

    (true,) = truth(adam, experiment)

    for element in range(5):
        for variable, power in (("m", 1), ("v", 2)):
            beta = experiment.hyper[f"beta{power}"]
            exact = closed_form(history[:, element], beta, power)
            context = Multiprecision(400).context
            value = context.mpf(exact.numerator) / context.mpf(exact.denominator)
            assert true[variable].rounded[-1, element] == FORMATS[name].nearest(value)


def test_high_and_low_hold_twice_the_precision(adam, make_experiment):
    experiment = make_experiment(steps=3)
    exact = run(adam, Multiprecision(500), experiment)[-1][0]["theta"]
    true = truth(adam, experiment)[0]["theta"]

    for x, high, low in zip(exact, true.high[-1], true.low[-1], strict=True):
        assert abs(x - high - low) <= 2.0**-104 * abs(x)


def test_truth_in_another_precision_is_the_same(adam, make_experiment):
    experiment = make_experiment("float32")
    first, second = _attempt(adam, experiment, 128), _attempt(adam, experiment, 512)

    assert np.array_equal(first[0]["theta"].rounded, second[0]["theta"].rounded)


def test_too_little_precision_is_refused(adam, make_experiment):
    """At 60 bits the enclosure of a float64 truth is too wide to be certain."""
    assert _attempt(adam, make_experiment(), 60) is None


def test_disagreeing_evaluations_are_refused(adam, make_experiment, monkeypatch):
    """Truth is not taken from one evaluation: if the enclosure misses it, there is none."""
    module = __import__("sys").modules["optimspec.reference.truth"]
    other = adam.edited(EDITS["eps-hat"])
    honest = module.run

    def lying(algorithm, arithmetic, experiment):
        told = other if isinstance(arithmetic, module.Ball) else algorithm
        return honest(told, arithmetic, experiment)

    monkeypatch.setattr(module, "run", lying)
    experiment = make_experiment(epsilon=0.25, seed=1)

    with pytest.raises(TruthUndecided, match="must agree on adam"):
        truth_function(adam, experiment)


def test_cancellation_to_zero_is_decided(adam, make_experiment):
    """theta_1 = theta_0 - alpha exactly when eps = 0: here zero, which no relative test decides."""
    experiment = make_experiment(epsilon=0.0, alpha=0.5, steps=1, elements=1)
    experiment = experiment.__class__(
        (np.array([0.5]),), ((np.array([3.0]),),), experiment.hyper, "float64"
    )

    assert truth(adam, experiment)[0]["theta"].high[0, 0] == 0.0


def test_an_undefined_truth_is_nan(adam, make_experiment):
    """0/0: no eps and no gradient yet."""
    experiment = make_experiment(epsilon=0.0, steps=1, elements=1)
    experiment = experiment.__class__(
        (np.array([0.5]),), ((np.array([0.0]),),), experiment.hyper, "float64"
    )

    assert np.isnan(truth(adam, experiment)[0]["theta"].high[0, 0])


def test_mpmath_contexts_are_not_shared():
    precision = mpmath.mp.prec
    Multiprecision(77)

    assert mpmath.mp.prec == precision


def test_a_negative_power_of_zero_is_undefined():
    late = ALGORITHMS["adafactor-vector"].edited(EDITS["step-starts-at-zero"])
    (true,) = truth(late, Experiment((np.ones(2),), ((np.ones(2),),), late.defaults, "float64"))

    assert np.isnan(true["theta"].high).all()
