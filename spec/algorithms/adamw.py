"""AdamW: Adam with decoupled weight decay. Moments, bias correction and eps are Adam's."""

from typing import Final

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.known.weight_decay import DECOUPLED_WEIGHT_DECAY

ADAMW: Final[Algorithm] = ADAM.edited(DECOUPLED_WEIGHT_DECAY).renamed(
    "adamw",
    "AdamW",
    Source(
        "Loshchilov & Hutter, Decoupled Weight Decay Regularization, arXiv:1711.05101v3",
        "Algorithm 2, its decay scaled by alpha as in PyTorch",
        "https://arxiv.org/abs/1711.05101v3",
    ),
)
