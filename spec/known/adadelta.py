"""Adadelta's numerator averaged over something else than the change."""

from typing import Final

from optimspec.spec.algorithms.adadelta import delta, u
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Fault, Kind
from optimspec.spec.symbols import alpha, g

STEPS_AVERAGED: Final = Edit(
    id="steps-averaged",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The numerator averages the steps that are made, the step size included.",
    effect="None for alpha = 1, which is the paper's. For a smaller alpha each step makes the "
    "later ones shorter still.",
    test="alpha = 0.5, two steps; the first does not show it.",
    seen_in="climin documents it; it was proposed to Keras and declined. PyTorch, TensorFlow, "
    "Keras, optax and Lasagne leave the step size out.",
    aliases=("adadelta-lr-not-in-accumulator",),
    links=(
        "https://climin.readthedocs.io/en/latest/adadelta.html",
        "https://github.com/keras-team/keras/pull/11532",
        "https://github.com/tensorflow/tensorflow/issues/8528",
        "https://github.com/tensorflow/tensorflow/pull/36849",
    ),
    operations=(Substitute(delta, alpha * delta, within=(u,)),),
    only=frozenset({"adadelta"}),
)

GRADIENTS_AVERAGED_TWICE: Final = Edit(
    id="gradients-averaged-twice",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The numerator averages squared gradients, as the denominator does, instead of "
    "squared changes.",
    effect="The ratio is about 1 from the second step on: gradient descent with the step size of "
    "Adadelta, 1.",
    remedy="Average the squares of the change.",
    test="Two steps; the first does not show it.",
    seen_in="Lasagne's documentation until 2015; its code was right.",
    links=("https://github.com/Lasagne/Lasagne/pull/502",),
    operations=(Substitute(delta, g, within=(u,)),),
    only=frozenset({"adadelta"}),
)

AVERAGED_BEFORE_THE_CHANGE: Final = Fault(
    id="averaged-before-the-change",
    kind=Kind.FALSE_ALARM,
    category=Category.FORMULA,
    statement="Both averages are brought up to date before the change is computed.",
    effect="None, where the change that is averaged is that of the step before: the average is "
    "then RMS[delta] of step t-1, which the paper divides. It was reported as a wrong order.",
    test="Compare two steps; rho must stay the same.",
    seen_in="A tutorial on deep learning from scratch.",
    links=(
        "https://github.com/yacineMahdid/artificial-intelligence-and-machine-learning/issues/43",
        "https://arxiv.org/abs/1212.5701v1",
    ),
    aliases=("adadelta-accumulator-order",),
    specimen="optimspec.impls.lagged_adadelta:LaggedAdadelta",
    spec="adadelta",
)
