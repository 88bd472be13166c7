"""Adam and its relatives as packages have them: each function cites what was read."""

import math
from itertools import count

import numpy as np

from sources_reading import Reading, lerp, single


def neuralflow_adam(theta, gradients, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    """neuralflow/optimizer.py: Adam.update."""
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
        theta = theta - lr / (np.sqrt(v_hat) + epsilon) * m_hat
        yield theta


def xshinnosuke_adam(theta, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """xs/optim/adam.py: Adam.step, whose v is the first moment and m the second."""
    v, m = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        v = beta1 * v + (1 - beta1) * g
        m = beta2 * m + (1 - beta2) * np.square(g)
        v_correct, m_correct = v / (1 - beta1**t), m / (1 - beta2**t)
        theta = theta - lr * (v_correct / (np.sqrt(m_correct) + epsilon))
        yield theta


def pydynet_adam(theta, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """pydynet/optim/optimizer.py: Adam.step. The root of v is not corrected where eps is added."""
    beta1, beta2 = betas
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        m = m * beta1 + (1 - beta1) * g
        v = v * beta2 + (1 - beta2) * g**2
        a_t = math.sqrt(1 - beta2**t) / (1 - beta1**t)
        theta = theta - lr * a_t * m / (v**0.5 + eps)
        yield theta


def torchopt_adam(theta, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """torchopt/transform/scale_by_adam.py: _scale_by_adam, eps_root 0.

    The step is a tensor of integers, so that its power, as the corrections are, is float32.
    """
    b1, b2 = betas
    mu, nu = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        mu = mu * b1 + (1 - b1) * g
        nu = nu * b2 + (1 - b2) * g * g
        mu_hat, nu_hat = (x / single(1 - single(single(b) ** t)) for x, b in ((mu, b1), (nu, b2)))
        theta = theta + mu_hat / (np.sqrt(nu_hat) + eps) * -lr
        yield theta


def tf_keras_amsgrad(theta, gradients, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """tf_keras/src/optimizers/adam.py: Adam.update_step, dense, with amsgrad.

    The rate is a float32 variable, and ``tf.cast`` of a Python float goes by float32.
    """
    lr, power_1, power_2 = map(single, (learning_rate, beta_1, beta_2))
    m, v, v_hat = (np.zeros_like(theta) for _ in range(3))
    for t, g in enumerate(gradients, start=1):
        alpha = lr * math.sqrt(1 - power_2**t) / (1 - power_1**t)
        m = m + (g - m) * (1 - beta_1)
        v = v + (np.square(g) - v) * (1 - beta_2)
        v_hat = np.maximum(v_hat, v)
        theta = theta - (m * alpha) / (np.sqrt(v_hat) + epsilon)
        yield theta


def paddle_adamw(
    theta,
    gradients,
    learning_rate=0.001,
    beta1=0.9,
    beta2=0.999,
    epsilon=1e-8,
    weight_decay=0.01,
):
    """paddle/optimizer/adamw.py, whose step is the operator adamw_ (a C float is its ``coeff``).

    Its documentation has the decay before the step, and eps beside the corrected root.
    """
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    power1, power2 = beta1, beta2
    for g in gradients:
        theta = theta - learning_rate * single(weight_decay) * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        root = math.sqrt(1 - power2)
        rate = learning_rate * root / (1 - power1)
        theta = theta - rate * (m / (np.sqrt(v) + epsilon * root))
        power1, power2 = power1 * beta1, power2 * beta2
        yield theta


def pytorch_optimizer_radam(theta, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """pytorch_optimizer/optimizer/radam.py: RAdam._step_foreach; base/optimizer.py.

    With degenerated_to_sgd; the step is the first moment's where n_sma is below 5.
    """
    beta1, beta2 = betas
    longest = 2.0 / (1.0 - beta2) - 1.0
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        power = beta2**t
        n_sma = longest - 2 * t * power / (1.0 - power)
        rectified, rt = n_sma >= 5, 1.0
        if rectified:
            share = (n_sma - 4) / (longest - 4) * (n_sma - 2) / n_sma * longest / (longest - 2)
            rt = math.sqrt((1.0 - power) * share)
        size = lr * rt / (1.0 - beta1**t)
        m = lerp(m, g, 1.0 - beta1)
        v = v * beta2 + (1.0 - beta2) * g * g
        theta = theta + -size * (m / (np.sqrt(v) + eps) if rectified else m)
        yield theta


def pytorch_optimizer_lamb(
    theta, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0
):
    """pytorch_optimizer/optimizer/lamb.py: Lamb._step_foreach; clamp 10.

    The decay is decoupled, and the step size is divided by the first moment's correction.
    """
    beta1, beta2 = betas
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        theta = theta * (1.0 - weight_decay * lr)
        m = m * beta1 + (1.0 - beta1) * g
        v = v * beta2 + (1.0 - beta2) * g * g
        update = 1 / (np.sqrt(v) + eps) * m
        norm, length = min(np.sqrt(np.sum(theta**2)), 10.0), np.sqrt(np.sum(update**2))
        ratio = norm / (length + eps) if norm and length else 1.0
        theta = theta + -lr / (1.0 - beta1**t) * (update * ratio)
        yield theta


def torch_optimizer_adabelief(theta, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """torch_optimizer/adabelief.py: AdaBelief.step with amsgrad.

    ``add_`` puts eps into the kept maximum at every step.
    """
    beta1, beta2 = betas
    mean, variance, largest = (np.zeros_like(theta) for _ in range(3))
    for t, g in enumerate(gradients, start=1):
        mean = mean * beta1 + (1 - beta1) * g
        residual = g - mean
        variance = variance * beta2 + (1 - beta2) * residual * residual
        largest = np.maximum(largest, variance) + eps
        root = np.sqrt(largest) / math.sqrt(1 - beta2**t) + eps
        theta = theta + -(lr / (1 - beta1**t)) * (mean / root)
        yield theta


def adan_pytorch_adan(theta, gradients, lr=1e-3, betas=(0.02, 0.08, 0.01), eps=1e-8):
    """adan_pytorch/adan.py: Adan.step, weight_decay 0. The first step averages nothing."""
    beta1, beta2, beta3 = betas
    m, v, n, previous = (np.zeros_like(theta) for _ in range(4))
    for step, g in zip(count(), gradients, strict=False):
        if step > 0:
            m = m * (1 - beta1) + beta1 * g
            difference = g - previous
            v = v * (1 - beta2) + beta2 * difference
            n = n * (1 - beta3) + beta3 * (g + (1 - beta2) * difference) ** 2
        of_m, of_v, of_n = (1 / (1 - (1 - b) ** (step + 1)) for b in betas)
        size = lr / (np.sqrt(n * of_n) + eps)
        theta = theta - size * (m * of_m + (1 - beta2) * v * of_v)
        previous = g
        yield theta


def optax_adan(theta, gradients, learning_rate=1e-3, b1=0.98, b2=0.92, b3=0.99, eps=1e-8,
               eps_root=1e-8):  # fmt: skip
    """optax/_src/transform.py: scale_by_adan; tree_utils/_tree_math.py. b2 decays as b1 does."""
    m, v, n, previous = (np.zeros_like(theta) for _ in range(4))
    for t, g in enumerate(gradients, start=1):
        difference = np.zeros_like(g) if t == 1 else g - previous
        m = (1 - b1) * g + b1 * m
        v = (1 - b2) * difference + b2 * v
        n = (1 - b3) * (g + (1 - b2) * difference) ** 2 + b3 * n
        m_hat, v_hat, n_hat = m / (1 - b1**t), v / (1 - b2**t), n / (1 - b3**t)
        update = (m_hat + (1 - b2) * v_hat) / (np.sqrt(n_hat + eps_root) + eps)
        theta = theta + (-1 * learning_rate) * update
        previous = g
        yield theta


_BETAS = ("beta1", "beta2")
_TORCH = {"lr": "alpha", "betas": _BETAS, "eps": "epsilon"}

ADAMS = {
    ("neuralflow-cpu", "neuralflow.optimizer:Adam", "adam"): Reading(
        neuralflow_adam, {"lr": "alpha", "b1": "beta1", "b2": "beta2", "epsilon": "epsilon"}
    ),
    ("xshinnosuke", "xs.optim:Adam", "adam"): Reading(
        xshinnosuke_adam,
        {"lr": "alpha", "beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"},
    ),
    ("pydynet", "pydynet.optim:Adam", "adam"): Reading(pydynet_adam, _TORCH),
    ("torchopt", "torchopt:Adam", "adam"): Reading(torchopt_adam, _TORCH),
    ("tf-keras", "tf_keras.optimizers:Adam(amsgrad=True)", "adam"): Reading(
        tf_keras_amsgrad,
        {"learning_rate": "alpha", "beta_1": "beta1", "beta_2": "beta2", "epsilon": "epsilon"},
    ),
    ("paddlepaddle", "paddle.optimizer:AdamW", "adamw"): Reading(
        paddle_adamw,
        {
            "learning_rate": "alpha",
            "beta1": "beta1",
            "beta2": "beta2",
            "epsilon": "epsilon",
            "weight_decay": "lambda",
        },
    ),
    ("pytorch-optimizer", "pytorch_optimizer:RAdam(degenerated_to_sgd=True)", "radam"): Reading(
        pytorch_optimizer_radam, _TORCH
    ),
    ("pytorch-optimizer", "pytorch_optimizer:Lamb", "lamb"): Reading(
        pytorch_optimizer_lamb, _TORCH | {"weight_decay": "lambda"}
    ),
    ("torch-optimizer", "torch_optimizer:AdaBelief(amsgrad=True)", "adabelief"): Reading(
        torch_optimizer_adabelief, _TORCH
    ),
    ("adan-pytorch", "adan_pytorch:Adan", "adan"): Reading(
        adan_pytorch_adan, _TORCH | {"betas": (*_BETAS, "beta3")}
    ),
    ("optax", "optax:adan", "adan"): Reading(
        optax_adan,
        {
            "learning_rate": "alpha",
            "b1": "beta1",
            "b2": "beta2",
            "b3": "beta3",
            "eps": "epsilon",
            "eps_root": "epsilon_root",
        },
    ),
}
