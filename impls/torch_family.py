"""Every optimizer of torch.optim that follows a gradient, with each of its options.

LBFGS is none of these: it calls its closure many times in a step. Of the options, ``capturable``
is refused on a CPU, and ``differentiable`` runs only on parameters that are no leaves, which
targets are not started with. A learning rate in a tensor is a clause of the contract. No verdict is
expected of what is listed, since versions of PyTorch differ in contract and rounding; the edits are
those of PyTorch 2.13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from optimspec.impls.shipped import Shipped

Arguments = Mapping[str, object]

_DEFAULTS: Final[Arguments] = {}
_LOOP: Final = {"foreach": False}
_LISTS: Final = {"foreach": True}
_FUSED: Final = {"fused": True}
_DECAY: Final = {"weight_decay": 0.1}
_DECOUPLED: Final = {**_DECAY, "decoupled_weight_decay": True}
_MAXIMIZE: Final = {"maximize": True}
_AMSGRAD: Final = {"amsgrad": True}
_MOMENTUM: Final = {"momentum": 0.9}
_DAMPENED: Final = {**_MOMENTUM, "dampening": 0.5}
_NESTEROV: Final = {**_MOMENTUM, "nesterov": True}
_CENTERED: Final = {"centered": True}
_RATE_DECAY: Final = {"lr_decay": 0.1}
_ACCUMULATOR: Final = {"initial_accumulator_value": 0.5}
_SOONER: Final = {"momentum_decay": 0.5}
_EARLY: Final = {"t0": 5.0}
_FLOOR: Final = {"eps": (1e-30, 1e-3)}
_PLAIN: Final = {"nesterov": False}
_MATCHED: Final = {"adjust_lr_fn": "match_rms_adamw"}

_EDITS: Final[Mapping[str, str]] = {
    "weight_decay": "l2-weight-decay",
    "decoupled_weight_decay": "decoupled-weight-decay",
    "dampening": "dampening",
    "lr_decay": "step-size-decay",
    "initial_accumulator_value": "initial-accumulator",
    "centered": "centered",
    "amsgrad": "amsgrad",
    "maximize": "maximize",
}
"""The edit that each option makes; those that are not here make none."""


@dataclass(frozen=True, slots=True)
class _Family:
    """An optimizer of torch.optim beside one specification.

    Parameters
    ----------
    choices
        The arguments that it is judged with, one target for each.
    own
        Edits by which it departs from the specification, whatever it is given.
    means
        The edits of options that make another one than usual.
    """

    name: str
    spec: str
    choices: tuple[Arguments, ...]
    own: tuple[str, ...] = ()
    means: Mapping[str, str] = field(default_factory=dict)

    def listed(self, arguments: Arguments) -> Shipped:
        """The optimizer with these arguments, and the edits that explain it then."""
        made = {key: edit for key, edit in {**_EDITS, **self.means}.items() if key in arguments}
        if "decoupled_weight_decay" in made:
            del made["weight_decay"]
        return Shipped(
            f"torch.optim:{self.name}",
            self.spec,
            f"PyTorch's {self.name}.",
            verdict="",
            edits=(*self.own, *made.values()),
            args=arguments,
        )


def _together(*options: Arguments) -> Arguments:
    """On lists of tensors, all these options at once."""
    return {key: value for option in (_LISTS, *options) for key, value in option.items()}


def _all(*options: Arguments) -> tuple[Arguments, ...]:
    """The loop and the lists without options, each option alone, and all of them at once."""
    return (_LOOP, _LISTS, *options, _together(*options))


_FAMILIES: Final = (
    _Family("SGD", "sgd", (*_all(_DECAY, _MAXIMIZE), _FUSED)),
    _Family(
        "SGD",
        "momentum",
        (_MOMENTUM, _DAMPENED, {**_MOMENTUM, **_DECAY}, _together(_DAMPENED, _DECAY, _MAXIMIZE)),
    ),
    _Family("SGD", "nesterov", (_NESTEROV, _together(_NESTEROV, _DECAY, _MAXIMIZE))),
    _Family("Adagrad", "adagrad", (*_all(_DECAY, _MAXIMIZE, _RATE_DECAY, _ACCUMULATOR), _FUSED)),
    _Family(
        "RMSprop",
        "rmsprop",
        _all(_DECAY, _MAXIMIZE, _CENTERED, _MOMENTUM),
        means={"momentum": "normalized-momentum"},
    ),
    _Family("Adadelta", "adadelta", _all(_DECAY, _MAXIMIZE)),
    _Family("Adam", "adam", (*_all(_DECAY, _AMSGRAD, _MAXIMIZE), _DECOUPLED, _FUSED)),
    _Family("AdamW", "adamw", (*_all(_AMSGRAD, _MAXIMIZE), _FUSED)),
    _Family("Adamax", "adamax", _all(_DECAY, _MAXIMIZE), own=("eps-in-infinity-norm",)),
    _Family("NAdam", "nadam", (*_all(_DECAY, _MAXIMIZE, _SOONER), _DECOUPLED)),
    _Family("RAdam", "radam", (*_all(_DECAY, _MAXIMIZE), _DECOUPLED), own=("radam-threshold-5",)),
    _Family("SparseAdam", "sparse-adam", (_DEFAULTS, _MAXIMIZE), own=("eps-hat",)),
    _Family("ASGD", "asgd", _all(_DECAY, _MAXIMIZE, _EARLY)),
    _Family(
        "Rprop",
        "rprop",
        _all(_MAXIMIZE),
        own=("irprop-minus", "rprop-step-size-clamped"),
    ),
    _Family(
        "Adafactor",
        "adafactor",
        _all(_DECAY, _MAXIMIZE, _FLOOR),
        own=("adafactor-eps-clamps",),
        means={"weight_decay": "decoupled-weight-decay"},
    ),
    _Family(
        "Muon",
        "muon",
        (_DEFAULTS, _PLAIN, _MATCHED, {**_PLAIN, **_MATCHED}),
        means={"nesterov": "muon-without-nesterov", "adjust_lr_fn": "muon-matched-to-adamw"},
    ),
)

TORCH_OPTIM: Final[tuple[Shipped, ...]] = tuple(
    family.listed(arguments) for family in _FAMILIES for arguments in family.choices
)
"""In the order in which a report shows them; the edits of each are in no order."""
