"""The models and data that torch trains."""

import numpy as np
import pytest

from optimspec.conformance.train_data import blobs, digits
from optimspec.conformance.train_task import problem
from training import settings


@pytest.mark.parametrize(("model", "stride"), [("linear", 2.0**-22), ("two-layer", 2.0**-25)])
def test_autograd_is_handed_on_as_the_slope_of_the_loss(model, stride):
    """A mean slope is one on the way, and slopes change one way if it is short.

    The loss is near 1: what its rounding adds is far less than what they change by.
    """
    torch = pytest.importorskip("torch")
    made, rows = problem(settings("blobs", model)), np.arange(7)
    metrics, _ = made.gradient(made.theta0, rows)
    rng = np.random.default_rng(0)
    way = [rng.standard_normal(x.shape) for x in made.theta0]
    ends = [
        made.gradient([x + h * d for x, d in zip(made.theta0, way, strict=True)], rows)
        for h in (-stride, stride)
    ]
    slopes = [
        sum(float(np.sum(g * d)) for g, d in zip(gradients, way, strict=True))
        for _, gradients in ends
    ]
    (before, _), (after, _) = ends

    assert min(slopes) < (after.loss - before.loss) / (2 * stride) < max(slopes)
    assert metrics.accuracy in [n / 7 for n in range(8)]
    assert torch.is_grad_enabled()


def test_the_layer_registers_what_it_is_made_of():
    torch = pytest.importorskip("torch")
    from optimspec.conformance.train_torch import Linear

    layer = Linear(2, 3)
    with torch.no_grad():
        layer.weights.copy_(torch.arange(6.0).reshape(2, 3))
        layer.bias.fill_(1.0)

    assert [name for name, _ in layer.named_parameters()] == ["weights", "bias"]
    assert layer(torch.tensor([[1.0, 2.0]])).tolist() == [[7.0, 10.0, 13.0]]


@pytest.mark.parametrize(("make", "classes", "width"), [(digits, 10, 64), (blobs, 3, 2)])
def test_data_sets_have_every_class_and_follow_from_the_seed(make, classes, width):
    one, same = (make(np.random.default_rng(3), 200) for _ in range(2))

    assert one.inputs.shape == (200, width)
    assert set(one.labels) == set(range(classes))
    assert np.array_equal(one.inputs, same.inputs)
