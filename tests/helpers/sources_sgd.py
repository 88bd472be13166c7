"""SGD, its momenta and Lion, as packages have them: each function cites what was read."""

import numpy as np

from sources_reading import Reading, rates, single


def mlx_sgd(theta, gradients, learning_rate=1e-3):
    """mlx/optimizers/optimizers.py: Optimizer._maybe_schedule, SGD.apply_single.

    ``mx.array`` of a Python float is float32.
    """
    for g in gradients:
        theta = theta - single(learning_rate) * g
        yield theta


def optax_sgd(theta, gradients, learning_rate=1e-3):
    """optax/_src/alias.py: sgd; transform.py: scale_by_learning_rate; update.py: apply_updates."""
    for g in gradients:
        theta = theta + (-1 * learning_rate) * g
        yield theta


def torchopt_sgd(theta, gradients, lr=1e-3):
    """torchopt/alias/sgd.py: without momentum and decay, what is left is the scale by -lr."""
    for g in gradients:
        theta = theta + g * -lr
        yield theta


def pytorch_optimizer_sgdw(theta, gradients, lr=1e-4):
    """pytorch_optimizer/optimizer/sgd.py: SGDW._step_foreach, momentum and weight_decay 0."""
    for g in gradients:
        theta = theta + -lr * g
        yield theta


def showml_momentum(theta, gradients, learning_rate=0.001, momentum=0.9):
    """showml/optimizers/optimizer_functions.py: SGD.update_weights. The rate is in the change."""
    change = np.zeros_like(theta)
    for g, rate in zip(gradients, rates(learning_rate), strict=False):
        change = rate * g + momentum * change
        theta = theta - change
        yield theta


def nnetflow_momentum(theta, gradients, lr=0.01, momentum=0.9):
    """nnetflow/optim.py: SGD.step. The velocity is signed and holds the rate."""
    velocity = np.zeros_like(theta)
    for g, rate in zip(gradients, rates(lr), strict=False):
        if momentum > 0:
            velocity = momentum * velocity - rate * g
            theta = theta + velocity
        else:
            theta = theta - rate * g
        yield theta


def mxnet_momentum(theta, gradients, learning_rate=0.01, momentum=0.9):
    """mxnet/optimizer/optimizer.py: SGD._update_impl, by the operator multi_sgd_mom_update.

    Its documentation has the rate in the state; its parameters are C floats.
    """
    state = np.zeros_like(theta)
    for g, rate in zip(gradients, rates(learning_rate), strict=False):
        state = single(momentum) * state - single(rate) * g
        theta = theta + state
        yield theta


def torch_nesterov(theta, gradients, lr=1e-3, momentum=0.9):
    """torch/optim/sgd.py: _single_tensor_sgd, dampening 0. The first buffer is the gradient."""
    buffer = None
    for g, rate in zip(gradients, rates(lr), strict=False):
        buffer = g if buffer is None else buffer * momentum + g
        theta = theta + -rate * (g + momentum * buffer)
        yield theta


def keras_lion(theta, gradients, learning_rate=0.001, beta_1=0.9, beta_2=0.99, weight_decay=None):
    """keras/src/optimizers/lion.py: Lion.update_step; base_optimizer.py: _apply_weight_decay."""
    m = np.zeros_like(theta)
    for g in gradients:
        if weight_decay is not None:
            theta = theta - theta * weight_decay * learning_rate
        theta = theta - learning_rate * np.sign(m * beta_1 + g * (1.0 - beta_1))
        m = m * beta_2 + g * (1.0 - beta_2)
        yield theta


_RATE = {"learning_rate": "alpha"}
_LR = {"lr": "alpha"}
_MOMENTUM = {"momentum": "mu"}

SGDS = {
    ("mlx", "mlx.optimizers:SGD", "sgd"): Reading(mlx_sgd, _RATE),
    ("optax", "optax:sgd", "sgd"): Reading(optax_sgd, _RATE),
    ("torchopt", "torchopt:SGD", "sgd"): Reading(torchopt_sgd, _LR),
    ("pytorch-optimizer", "pytorch_optimizer:SGDW", "sgd"): Reading(pytorch_optimizer_sgdw, _LR),
    ("showml", "showml.optimizers:SGD(momentum=0.9)", "momentum"): Reading(
        showml_momentum, _RATE | _MOMENTUM, True
    ),
    ("nnetflow", "nnetflow.optim:SGD(momentum=0.9)", "momentum"): Reading(
        nnetflow_momentum, _LR | _MOMENTUM, True
    ),
    ("mxnet", "mxnet.optimizer:SGD(momentum=0.9)", "momentum"): Reading(
        mxnet_momentum, _RATE | _MOMENTUM, True
    ),
    ("torch", "torch.optim:SGD(momentum=0.9, nesterov=True)", "nesterov"): Reading(
        torch_nesterov, _LR | _MOMENTUM, True
    ),
    ("keras", "keras.optimizers:Lion", "lion"): Reading(
        keras_lion,
        _RATE | {"beta_1": "beta1", "beta_2": "beta2", "weight_decay": "lambda"},
    ),
}
