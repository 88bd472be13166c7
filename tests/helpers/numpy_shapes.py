"""One Adam in every shape in which code steps NumPy arrays."""

from types import SimpleNamespace

import numpy as np

from optimspec.impls.naive_numpy import NaiveAdam


def adam(theta, grad, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """A function of one array that returns the new one and the new state."""
    old = state or {"m": np.zeros_like(theta), "v": np.zeros_like(theta), "t": 0}
    m = beta1 * old["m"] + (1 - beta1) * grad
    v = beta2 * old["v"] + (1 - beta2) * grad**2
    t = old["t"] + 1
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def adam_of_lists(params, grads, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """A function of lists."""
    states = state["each"] if state else [None] * len(params)
    each = zip(params, grads, states, strict=True)
    made = [adam(theta, g, old, lr, *betas, eps) for theta, g, old in each]
    kept = {key: [s[key] for _, s in made] for key in ("m", "v")}
    return [theta for theta, _ in made], {"each": [s for _, s in made], **kept}


class ReturningAdam(NaiveAdam):
    """Returns the new parameters, and leaves the arrays it was given as they are."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__([theta.copy() for theta in parameters], lr, betas, eps)

    def step(self, grads):
        super().step(grads)
        return self.parameters


class UpdatingAdam:
    """Is given parameters when it steps them, and writes to them: scikit-learn's convention."""

    def __init__(self, learning_rate_init=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        self.learning_rate_init, self.betas, self.epsilon = (
            learning_rate_init,
            (beta_1, beta_2),
            epsilon,
        )
        self.states = None

    def update_params(self, params, grads):
        made, self.states = adam_of_lists(
            params, grads, self.states, self.learning_rate_init, self.betas, self.epsilon
        )
        for theta, new in zip(params, made, strict=True):
            theta[...] = new


class CalledAdam:
    """Is called with an array and its gradient."""

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.state = None

    def __call__(self, theta, grad):
        made, self.state = adam(theta, grad, self.state, self.lr, self.beta1, self.beta2, self.eps)
        return made


def closure_adam(lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """Makes a function of an array and its gradient that keeps its state to itself."""
    state = None

    def step(theta, grad):
        nonlocal state
        made, state = adam(theta, grad, state, lr, *betas, eps)
        return made

    return step


def pair_adam(lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """Makes a pair of functions; what ``update`` returns is to be added."""

    def init(params):
        return None

    def update(grads, state, params):
        made, state = adam_of_lists(params, grads, state, lr, betas, eps)
        return [new - old for new, old in zip(made, params, strict=True)], state

    return init, update


def named_pair_adam(lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """Makes an object with ``init`` and ``update``, which returns new parameters of one array."""

    def init(theta):
        return {"m": np.zeros_like(theta), "v": np.zeros_like(theta), "t": 0}

    def update(gradient, state, theta):
        return adam(theta, gradient, state, lr, *betas, eps)

    return SimpleNamespace(init=init, update=update)


ready_adam = CalledAdam(lr=0.125, beta1=0.5, beta2=0.75, eps=0.25)
ready_pair_adam = pair_adam(lr=0.125, betas=(0.5, 0.75), eps=0.25)
