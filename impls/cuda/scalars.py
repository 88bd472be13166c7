"""What the kernels are given beside tensors."""

from __future__ import annotations

import ctypes
import math

from optimspec.impls.per_parameter import Group


class AdamScalars(ctypes.Structure):
    """The struct of this name in ``adam_core.h``: eight float32."""

    _fields_ = tuple(
        (name, ctypes.c_float)
        for name in ("sign", "l2", "shrink", "weight1", "weight2", "root2", "step", "eps")
    )


def adam_scalars(group: Group, t: int, *, decoupled: bool) -> AdamScalars:
    """The scalars of step ``t``, from 1, computed in double and rounded once to float32.

    Parameters
    ----------
    group
        Holds ``lr``, ``betas``, ``eps``, ``weight_decay`` and ``maximize``; a number may be in a
        tensor.
    decoupled
        Whether the decay shrinks the parameter, as in AdamW, or is added to the gradient.
    """
    beta1, beta2 = (float(beta) for beta in group["betas"])
    lr, decay = float(group["lr"]), float(group["weight_decay"])
    return AdamScalars(
        sign=-1.0 if group["maximize"] else 1.0,
        l2=0.0 if decoupled else decay,
        shrink=1 - lr * decay if decoupled else 1.0,
        weight1=1 - beta1,
        weight2=1 - beta2,
        root2=math.sqrt(_correction(beta2, t)),
        step=lr / _correction(beta1, t),
        eps=float(group["eps"]),
    )


def _correction(beta: float, t: int) -> float:
    """1 - beta^t, without cancellation where beta is close to 1."""
    return -math.expm1(t * math.log(beta)) if beta > 0 else 1.0
