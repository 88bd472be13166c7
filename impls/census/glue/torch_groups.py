"""Optimizers for torch that must be told of each group whether its parameters are matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytorch_optimizer


class PytorchOptimizerMuon(pytorch_optimizer.Muon):  # type: ignore[misc]
    """pytorch_optimizer.Muon, of whose parameters all are Muon's."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.02,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        *,
        nesterov: bool = True,
        use_adjusted_lr: bool = False,
    ) -> None:
        own = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        own |= {"nesterov": nesterov, "use_adjusted_lr": use_adjusted_lr}
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        super().__init__([{**own, **group, "use_muon": True} for group in groups])
