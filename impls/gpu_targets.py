"""Adam and AdamW on a GPU, and what the suite must say of them where that is known.

They are judged with ``--device cuda``. This module needs nothing but the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_NOBODY_KNOWS: Final = ""


def _torch(name: str, about: str, verdict: str, **args: object) -> Shipped:
    spec = name.lower()
    return Shipped(f"torch.optim:{name}", spec, f"torch's {name}, {about}", verdict, args=args)


def _both(about: str, verdict: str, **args: object) -> tuple[Shipped, Shipped]:
    return _torch("Adam", about, verdict, **args), _torch("AdamW", about, verdict, **args)


def _ours(framework: str, name: str, about: str) -> tuple[Shipped, Shipped]:
    place = f"optimspec.impls.{framework}:{name}"
    return (
        Shipped(f"{place}Adam", "adam", f"Adam by {about}."),
        Shipped(f"{place}AdamW", "adamw", f"AdamW by {about}."),
    )


GPU: Final[tuple[Shipped, ...]] = (
    *_ours("cuda", "Fused", "the CUDA kernels"),
    *_ours("triton", "Triton", "the Triton kernels"),
    *_both("as a loop over tensors.", "conforms", foreach=False),
    *_both("for all tensors at once.", "conforms", foreach=True),
    *_both("in one kernel: its emulation is imprecise.", _NOBODY_KNOWS, fused=True),
    *_both(
        "for CUDA graphs, which computes 1 - beta^t from a step count in float32.",
        "imprecise",
        foreach=True,
        capturable=True,
    ),
)
"""In the order in which a report shows them; in float32 and bfloat16."""
