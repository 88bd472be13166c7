"""Optimizers of optax, and what the suite must say of each in float64 and float32.

Verdicts and edits are those of optax 0.2.8 with JAX 0.10.2 on a CPU. This module needs nothing but
the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_CORRECTION: Final = "1 - b^t is computed in float32, which loses digits of a b near 1"


def _listed(
    name: str, spec: str, about: str, verdict: str = "conforms", *edits: str, **args: object
) -> Shipped:
    return Shipped(f"optax:{name}", spec, f"optax's {about}.", verdict, edits, args)


OPTAX: Final[tuple[Shipped, ...]] = (
    _listed("sgd", "sgd", "SGD"),
    _listed("sgd", "momentum", "SGD with momentum", momentum=0.9),
    _listed("sgd", "nesterov", "SGD with Nesterov momentum", momentum=0.9, nesterov=True),
    _listed(
        "adagrad",
        "adagrad",
        "Adagrad, whose sum starts at 0.1",
        "variant",
        "initial-accumulator",
        "eps-inside-root",
    ),
    _listed("rmsprop", "rmsprop", "RMSprop", "variant", "eps-inside-root"),
    _listed("rmsprop", "rmsprop", "RMSprop as PyTorch has it", eps_in_sqrt=False),
    _listed(
        "rmsprop",
        "rmsprop",
        "RMSprop with momentum",
        "variant",
        "normalized-momentum",
        "lr-inside-velocity",
        "eps-inside-root",
        momentum=0.9,
    ),
    _listed("adadelta", "adadelta", "Adadelta"),
    _listed("adam", "adam", f"Adam; {_CORRECTION}", "imprecise"),
    _listed("adamw", "adamw", f"AdamW; {_CORRECTION}", "imprecise"),
    _listed("adamax", "adamax", "AdaMax", "variant", "eps-in-infinity-norm"),
    _listed("nadam", "nadam", f"Nadam; {_CORRECTION}", "imprecise", "nadam-constant-momentum"),
    _listed(
        "radam",
        "radam",
        f"RAdam; {_CORRECTION}, and rho_t most of them",
        "imprecise",
        "radam-threshold-5",
        "radam-eps-added-to-corrected-root",
    ),
    _listed("amsgrad", "adam", f"AMSGrad; {_CORRECTION}", "imprecise", "amsgrad-after-correction"),
    _listed("lion", "lion", "Lion"),
    _listed("sign_sgd", "signsgd", "signSGD"),
    _listed("signum", "signum", "Signum"),
    _listed("lamb", "lamb", f"LAMB; {_CORRECTION}", "imprecise"),
    _listed("lars", "lars", "LARS", "variant", "lars-norm-of-decayed"),
    _listed(
        "adabelief", "adabelief", f"AdaBelief; {_CORRECTION}", "imprecise", "belief-eps-of-its-own"
    ),
    _listed(
        "adan",
        "adan",
        "Adan, which looks ahead by 1 - b2",
        "nonconforming",
        "eps-root",
        "adan-lookahead-complemented",
    ),
    _listed(
        "rprop", "rprop", "Rprop, whose every step is that of the step before", "nonconforming"
    ),
    _listed(
        "yogi",
        "yogi",
        "Yogi, whose moments start at 1e-6, which no argument sets",
        "nonconforming",
    ),
)
"""In the order in which a report shows them; the edits of each are in the catalogue's."""
