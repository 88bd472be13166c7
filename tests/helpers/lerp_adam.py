"""Adam in lerp form, evaluated in float32 with every rounding made from the exact value."""

from dataclasses import dataclass

import mpmath
import numpy as np
from numpy.typing import NDArray

from optimspec.reference.formats import FLOAT32

Tensor = NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    maximize: bool = False


def fma(a: float, b: float, c: float) -> float:
    """The float32 nearest to a b + c; the product of two float32 is exact in float64."""
    product = float(a) * float(b)
    total = product + float(c)
    if total == 0 or not np.isfinite(product) or not np.isfinite(c):
        return total
    nearest = FLOAT32.nearest(mpmath.fadd(product, float(c), exact=True))
    return float(np.copysign(nearest, total))  # what underflows keeps its sign


def fma32(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Fma of each element."""
    rows = zip(*(np.broadcast_arrays(a, b, c)), strict=True)
    return np.array([fma(*row) for row in rows], np.float32)


def scalars(s: Settings, t: int, *, decoupled: bool) -> dict[str, np.float32]:
    """What the kernel is given, each rounded from 60 digits; settings are exact doubles."""
    with mpmath.workdps(60):
        lr, decay = mpmath.mpf(s.lr), mpmath.mpf(s.weight_decay)
        beta1, beta2 = map(mpmath.mpf, s.betas)
        exact = {
            "sign": mpmath.mpf(-1 if s.maximize else 1),
            "l2": mpmath.mpf(0) if decoupled else decay,
            "shrink": 1 - lr * decay if decoupled else mpmath.mpf(1),
            "weight1": 1 - beta1,
            "weight2": 1 - beta2,
            "root2": mpmath.sqrt(1 - beta2**t),
            "step": lr / (1 - beta1**t),
            "eps": mpmath.mpf(s.eps),
        }
        return {name: np.float32(FLOAT32.nearest(value)) for name, value in exact.items()}


def step(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, s: dict[str, np.float32]
) -> tuple[Tensor, Tensor, Tensor]:
    """The parameter and its moments after a step; arrays of one dimension."""
    with np.errstate(all="ignore"):
        g = s["sign"] * g
        g = fma32(s["l2"], p, g) if s["l2"] else g
        m = fma32(s["weight1"], g - m, m)
        v = fma32(s["weight2"], fma32(g, g, -v), v)
        denominator = np.sqrt(v) / s["root2"] + s["eps"]
        return fma32(-s["step"], m / denominator, s["shrink"] * p), m, v


def bits(x: Tensor) -> NDArray[np.uint32]:
    """The bits of each element; what kind of NaN it is, processors choose."""
    return np.where(np.isnan(x), np.float32(np.nan), x).astype(np.float32).view(np.uint32)
