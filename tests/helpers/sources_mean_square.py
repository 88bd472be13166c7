"""RMSprop, Adagrad and Adadelta as packages have them: each function cites what was read."""

from functools import partial

import numpy as np

from sources_reading import Reading, lerp, rates


def torch_rmsprop(theta, gradients, lr=1e-2, alpha=0.99, eps=1e-8, momentum=0.0, centered=False):
    """torch/optim/rmsprop.py: _single_tensor_rmsprop."""
    square, mean, buffer = (np.zeros_like(theta) for _ in range(3))
    for g, rate in zip(gradients, rates(lr), strict=False):
        square = square * alpha + (1 - alpha) * g * g
        mean = lerp(mean, g, 1 - alpha)
        root = np.sqrt(square - mean * mean if centered else square) + eps
        if momentum > 0:
            buffer = buffer * momentum + g / root
            theta = theta + -rate * buffer
        else:
            theta = theta + -rate * (g / root)
        yield theta


def timm_rmsprop_tf(theta, gradients, lr=1e-2, alpha=0.9, eps=1e-10, momentum=0.9):
    """timm/optim/rmsprop_tf.py: RMSpropTF.step (squares begin at one), _multi_tensor_rmsprop_tf."""
    square, buffer = np.ones_like(theta), np.zeros_like(theta)
    for g, rate in zip(gradients, rates(lr), strict=False):
        square = square + (1.0 - alpha) * (g * g - square)
        root = np.sqrt(square + eps)
        if momentum > 0:
            buffer = buffer * momentum + rate * (g / root)
            theta = theta - buffer
        else:
            theta = theta + -rate * (g / root)
        yield theta


def tinynn_rmsprop(theta, gradients, learning_rate=1.0, epsilon=1e-7, rho=0.9):
    """tinynn/optimizers/rmsprop.py: RMSProp.update_parameters: the cache is added to itself."""
    cache = np.zeros_like(theta)
    for g in gradients:
        cache = cache + (rho * cache + (1 - rho) * g**2)
        theta = theta + -learning_rate * g / (np.sqrt(cache) + epsilon)
        yield theta


def torch_adagrad(theta, gradients, lr=1e-2, eps=1e-10):
    """torch/optim/adagrad.py: _single_tensor_adagrad, lr_decay 0."""
    total = np.zeros_like(theta)
    for g in gradients:
        total = total + g * g
        theta = theta + -lr * (g / (np.sqrt(total) + eps))
        yield theta


def optax_adadelta(theta, gradients, learning_rate=1.0, rho=0.9, eps=1e-6):
    """optax/_src/transform.py: scale_by_adadelta; the rate, whose default is none, comes after."""
    squares, updates = np.zeros_like(theta), np.zeros_like(theta)
    for g in gradients:
        squares = (1 - rho) * g**2 + rho * squares
        update = (np.sqrt(updates + eps) / np.sqrt(squares + eps)) * g
        updates = (1 - rho) * update**2 + rho * updates
        theta = theta + (-1 * learning_rate) * update
        yield theta


_TORCH = {"lr": "alpha", "alpha": "rho", "eps": "epsilon"}
_MOMENTUM = {"momentum": "mu"}

MEAN_SQUARES = {
    ("torch", "torch.optim:RMSprop(momentum=0.9)", "rmsprop"): Reading(
        partial(torch_rmsprop, momentum=0.9), _TORCH | _MOMENTUM, True
    ),
    ("torch", "torch.optim:RMSprop(centered=True)", "rmsprop"): Reading(
        partial(torch_rmsprop, centered=True), _TORCH
    ),
    ("timm", "timm.optim:RMSpropTF(momentum=0.9)", "rmsprop"): Reading(
        timm_rmsprop_tf, _TORCH | _MOMENTUM, True
    ),
    ("tinynn-py", "tinynn.optimizers:RMSProp", "rmsprop"): Reading(
        tinynn_rmsprop, {"learning_rate": "alpha", "rho": "rho", "epsilon": "epsilon"}
    ),
    ("torch", "torch.optim:Adagrad", "adagrad"): Reading(
        torch_adagrad, {"lr": "alpha", "eps": "epsilon"}
    ),
    ("optax", "optax:adadelta", "adadelta"): Reading(
        optax_adadelta, {"learning_rate": "alpha", "rho": "rho", "eps": "epsilon"}
    ),
}
