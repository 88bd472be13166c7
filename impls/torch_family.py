"""Every optimizer of torch.optim that follows a gradient, with each of its options.

LBFGS is none of these: it calls its closure many times in a step. ``capturable`` asks for a GPU,
and ``differentiable`` for parameters that are no leaves, so that neither runs here by itself.
Nothing is expected of what is listed: versions of PyTorch differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimspec.impls.shipped import Shipped

_LOOP: Final = {"foreach": False}
_LISTS: Final = {"foreach": True}
_FUSED: Final = {"fused": True}
_DECAY: Final = {"weight_decay": 0.1}
_DECOUPLED: Final = {**_DECAY, "decoupled_weight_decay": True}
_MAXIMIZE: Final = {"maximize": True}
_AMSGRAD: Final = {"amsgrad": True}
_MOMENTUM: Final = {"momentum": 0.9}
_CENTERED: Final = {"centered": True}
_USUAL: Final = (_LOOP, _LISTS, _DECAY, _MAXIMIZE)

_OPTIONS: Final[Mapping[tuple[str, str], tuple[Mapping[str, object], ...]]] = {
    ("SGD", "sgd"): (*_USUAL, _FUSED),
    ("SGD", "momentum"): (_MOMENTUM, {**_MOMENTUM, "dampening": 0.5}, {**_MOMENTUM, **_DECAY}),
    ("SGD", "nesterov"): ({**_MOMENTUM, "nesterov": True},),
    ("Adagrad", "adagrad"): (
        *(*_USUAL, _FUSED),
        *({"lr_decay": 0.1}, {"initial_accumulator_value": 0.5}),
    ),
    ("RMSprop", "rmsprop"): (*_USUAL, _CENTERED, _MOMENTUM, {**_CENTERED, **_MOMENTUM}),
    ("Adadelta", "adadelta"): _USUAL,
    ("Adam", "adam"): (*_USUAL, _FUSED, _DECOUPLED, _AMSGRAD),
    ("AdamW", "adamw"): (_LOOP, _LISTS, _FUSED, _MAXIMIZE, _AMSGRAD),
    ("Adamax", "adamax"): _USUAL,
    ("NAdam", "nadam"): (*_USUAL, _DECOUPLED, {"momentum_decay": 0.5}),
    ("RAdam", "radam"): (*_USUAL, _DECOUPLED),
    ("SparseAdam", "sparse-adam"): ({}, _MAXIMIZE),
    ("ASGD", "asgd"): (*_USUAL, {"t0": 5.0}),
    ("Rprop", "rprop"): (_LOOP, _LISTS, _MAXIMIZE),
    ("Adafactor", "adafactor"): (*_USUAL, {"eps": (1e-30, 1e-3)}),
    ("Muon", "muon"): ({}, {"nesterov": False}, {"adjust_lr_fn": "match_rms_adamw"}),
}

TORCH_OPTIM: Final[tuple[Shipped, ...]] = tuple(
    Shipped(f"torch.optim:{name}", spec, f"PyTorch's {name}.", verdict="", args=arguments)
    for (name, spec), choices in _OPTIONS.items()
    for arguments in choices
)
"""In the order in which a report shows them."""
