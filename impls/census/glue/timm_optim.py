"""timm's optimizers, also where torchvision's operators cannot be loaded.

timm imports torchvision, and torchvision asks for the schemas of two of its operators. No
optimizer calls them, and the wheels that have them are built for CUDA.
"""

from __future__ import annotations

from typing import Any

from torch import library


def _optimizers() -> Any:  # noqa: ANN401
    made: Any = library.Library  # which is untyped
    schemas = made("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        schemas.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from timm import optim

    optim.schemas_of_torchvision = schemas  # which ends with the object that defined them
    return optim


optim = _optimizers()
