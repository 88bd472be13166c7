"""Gradients that SymPy derives, beside what is known of them otherwise."""

import pytest
import sympy

from optimspec.spec import TASKS, MalformedAlgorithm, UnknownName
from optimspec.spec.operations import mean, total
from optimspec.spec.symbols import Variable
from optimspec.spec.task import Task
from optimspec.spec.tasks import CUBIC, LINEAR, LOGISTIC, a, b, task, w, w1, w2, x, x1, x2, y

EXAMPLES = 3


def written_out(expression):
    """An expression in which every mean is a sum over examples with symbols of their own."""
    data = {symbol for each in TASKS.values() for symbol in each.data}

    def average(inside):
        numbered = (
            inside.xreplace({s: sympy.Symbol(f"{s}_{i}", real=True) for s in data})
            for i in range(EXAMPLES)
        )
        return sympy.Add(*numbered) / EXAMPLES

    return expression.replace(mean, average)


def test_the_gradient_of_the_autograd_example():
    at = {a: 2, b: 6}

    assert CUBIC.loss.subs(at) == -12
    assert [part.subs(at) for part in CUBIC.gradient] == [36, -12]


@pytest.mark.parametrize("name", TASKS)
def test_the_derivative_of_a_mean_is_that_of_the_sum_written_out(name):
    known = TASKS[name]
    for symbol, part in zip(known.elements, known.gradient, strict=True):
        explicit = sympy.diff(written_out(known.loss), symbol)

        assert sympy.expand(explicit - written_out(part)) == 0


def test_the_gradient_of_the_mean_squared_error():
    residual = w * x + b - y

    for part, factor in zip(LINEAR.gradient, (x, 1), strict=True):
        (inside,) = part.args
        assert sympy.expand(inside - 2 * residual * factor) == 0


def test_the_logistic_loss_is_the_cross_entropy_of_the_sigmoid():
    z = w1 * x1 + w2 * x2 + b
    p = 1 / (1 + sympy.exp(-z))
    (inside,) = LOGISTIC.loss.args
    for label, probability in ((0, 1 - p), (1, p)):
        assert sympy.simplify(sympy.exp(inside.subs(y, label)) * probability) == 1

    for part, factor in zip(LOGISTIC.gradient, (x1, x2, 1), strict=True):
        (inside,) = part.args
        assert sympy.simplify(inside - (p - y) * factor) == 0


@pytest.mark.parametrize(("name", "at_start"), [("rosenbrock", "24.2"), ("beale", "14.203125")])
def test_surfaces_are_those_of_the_collection(name, at_start):
    """Moré, Garbow & Hillstrom give starts and minima; the loss at the start follows."""
    surface = TASKS[name]
    (parameter,) = surface.parameters
    start = dict(zip(surface.elements, parameter.start, strict=True))
    least = dict(zip(surface.elements, surface.minimum, strict=True))

    assert surface.loss.subs(start) == sympy.Rational(at_start)
    assert [e.subs(least) for e in (surface.loss, *surface.gradient)] == [0, 0, 0]


def test_the_derivative_of_what_does_not_depend_is_nothing():
    assert total(x * y).diff(w) == 0


def test_a_loss_of_unknown_symbols_is_refused():
    stranger = Variable("s")
    with pytest.raises(MalformedAlgorithm, match="that of odd uses s"):
        Task("odd", "Odd", LINEAR.source, LINEAR.parameters, stranger**2)


def test_a_task_is_found_by_its_name():
    assert task("Rosenbrock").name == "rosenbrock"
    with pytest.raises(UnknownName, match="Did you mean 'beale'"):
        task("beales")
    with pytest.raises(UnknownName, match="There are cubic, linear"):
        task("zzz")
