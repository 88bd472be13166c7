"""Optimizers of Keras, and what the suite must say of each in float64 and float32.

Verdicts and edits are those of Keras 3.15.1 on PyTorch and JAX, on a CPU. This module needs nothing
but the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_CORRECTION: Final = "1 - beta^t is computed in the variables' format"


def _listed(
    name: str, spec: str, about: str, verdict: str = "conforms", *edits: str, **args: object
) -> Shipped:
    return Shipped(f"keras.optimizers:{name}", spec, f"Keras' {about}.", verdict, edits, args)


KERAS: Final[tuple[Shipped, ...]] = (
    _listed("SGD", "sgd", "SGD"),
    _listed(
        "SGD",
        "momentum",
        "SGD with momentum, the step size inside",
        "variant",
        "lr-inside-velocity",
        momentum=0.9,
    ),
    _listed(
        "SGD",
        "nesterov",
        "SGD with Nesterov momentum, the step size inside",
        "variant",
        "lr-inside-velocity",
        momentum=0.9,
        nesterov=True,
    ),
    _listed(
        "Adagrad",
        "adagrad",
        "Adagrad, whose sum starts at 0.1",
        "variant",
        "initial-accumulator",
        "eps-inside-root",
    ),
    _listed("RMSprop", "rmsprop", "RMSprop", "variant", "eps-inside-root"),
    _listed("Adadelta", "adadelta", "Adadelta"),
    _listed("Adam", "adam", f"Adam; {_CORRECTION}", "imprecise", "eps-hat"),
    _listed("AdamW", "adamw", f"AdamW; {_CORRECTION}", "imprecise", "eps-hat"),
    _listed("Adamax", "adamax", "AdaMax", "variant", "eps-added-to-infinity-norm"),
    _listed("Nadam", "nadam", f"Nadam; {_CORRECTION}", "imprecise", "nadam-fast-schedule"),
    _listed("Lion", "lion", "Lion, which refuses beta_1 = 0, where it is signSGD", "nonconforming"),
    _listed(
        "Lamb",
        "lamb",
        "LAMB, whose weight decay comes before the update and is not in its norm",
        "nonconforming",
    ),
)
"""In the order in which a report shows them; the edits of each are in the catalogue's."""
