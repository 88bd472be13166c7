"""Comparisons of optimizers, as the tests ask for them."""

from optimspec.conformance.train_task import Settings


def settings(name="linear", model="linear", epochs=3, batch=None, format="float64", seed=0):
    return Settings(name, model, epochs, batch, format, seed)
