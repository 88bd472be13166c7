"""Optimizers for torch that are to be set to training, or told of each group what it is."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import muon
import schedulefree


def _training(cls: Any) -> Any:  # noqa: ANN401
    """The class, whose objects are in training mode as soon as they are made."""

    @functools.wraps(cls.__init__)
    def begin(self: Any, *args: Any, **settings: Any) -> None:  # noqa: ANN401
        cls.__init__(self, *args, **settings)
        self.train()

    return type(cls.__name__, (cls,), {"__init__": begin})


SGDScheduleFree = _training(schedulefree.SGDScheduleFree)
AdamWScheduleFree = _training(schedulefree.AdamWScheduleFree)
AdamWScheduleFreeReference = _training(schedulefree.AdamWScheduleFreeReference)
AdamWScheduleFreePaper = _training(schedulefree.AdamWScheduleFreePaper)


class AuxiliaryAdam(muon.SingleDeviceMuonWithAuxAdam):  # type: ignore[misc]
    """What is left to Adam by Muon."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 3e-4,
        betas: tuple[float, float] = (0.9, 0.95),
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        own = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        super().__init__([{**own, **group, "use_muon": False} for group in groups])
