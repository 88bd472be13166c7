"""An optimizer that takes sparse gradients only is judged on dense ones, as all others are."""

import numpy as np
import pytest

from faithful import error_constant
from optimspec.impls.adapters.sparse_gradients import given_sparse, takes_sparse_alone
from optimspec.impls.adapters.torch_optimizer import adapt
from optimspec.reference import Experiment, error_limit
from optimspec.spec import ALGORITHMS, EDITS

torch = pytest.importorskip("torch")

SPARSE = torch.optim.SparseAdam


def is_adam(thetas, gradients, start):
    """Whether the steps are its own; what has had no gradient stays where it is in both."""
    algorithm = ALGORITHMS["adam"].edited(EDITS["eps-hat"])
    rows = tuple((gradient.numpy(),) for gradient in gradients)
    settings = {**algorithm.defaults, "alpha": 1.0}
    experiment = Experiment((np.array(start),), rows, settings, "float64")
    visited = [[theta.detach().numpy()] for theta in thetas]
    return error_constant(algorithm, experiment, visited) <= error_limit(algorithm)


@pytest.mark.parametrize("name", ["Adam", "SGD", "Adagrad", "SparseAdam"])
def test_only_what_refuses_dense_gradients_is_given_sparse_ones(name):
    assert takes_sparse_alone(getattr(torch.optim, name)) == (name == "SparseAdam")


def test_what_takes_no_gradient_at_all_is_given_none_of_the_kind():
    class Broken(torch.optim.SGD):
        def step(self, closure=None):
            raise RuntimeError

    assert not takes_sparse_alone(Broken)


def test_a_step_stores_what_is_not_zero_and_leaves_the_gradient_as_it_was():
    theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = given_sparse(SPARSE([theta], lr=1.0))
    theta.grad = torch.tensor([2.0, 0.0, -3.0], dtype=torch.float64)
    optimizer.step()

    assert is_adam([theta], [theta.grad], start=[0.0, 0.0, 0.0])
    assert theta.grad.tolist() == [2.0, 0.0, -3.0]


@pytest.mark.parametrize("named", [False, True])
def test_a_closure_finds_and_leaves_dense_gradients(named):
    start = [4.0, 5.0]
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = given_sparse(SPARSE([theta], lr=1.0))
    thetas, gradients = [], []

    def closure():
        if theta.grad is not None:
            assert not theta.grad.is_sparse
        optimizer.zero_grad()
        loss = theta[0] ** 2
        loss.backward()
        gradients.append(theta.grad.clone())
        return loss

    for _ in range(2):
        optimizer.step(closure=closure) if named else optimizer.step(closure)
        thetas.append(theta.detach().clone())

    assert is_adam(thetas, gradients, start)
    assert gradients[1].tolist() == [2 * thetas[0][0], 0]
    assert theta.grad.tolist() == gradients[1].tolist()


def test_a_snippet_gives_sparse_gradients():
    target = adapt(SPARSE, {}, "torch.optim:SparseAdam")
    row = (np.array([1.0, 0.0]),)
    snippet = target.snippet(Experiment(row, (row,), {}, "float64"))

    assert "dtype=torch.float64).to_sparse()]" in snippet
    exec(snippet, {})
