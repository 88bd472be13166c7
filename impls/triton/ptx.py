"""What Triton's compiler makes of the kernels for a GPU; none is needed for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final, NamedTuple

import torch

from optimspec.impls.cuda.kept import SYMBOLS
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.triton.launch import COMPILED, OPTIONS, format_of
from optimspec.impls.triton.load import kernels

HOPPER: Final = 90
"""The compute capability, 9.0, for which PTX is made where no GPU is at hand."""

WARP: Final = 32
"""Threads of a warp."""
_TYPES: Final = {torch.float32: "fp32", torch.bfloat16: "bf16"}


class Variant(NamedTuple):
    """A kernel as Triton specializes it.

    Parameters
    ----------
    many
        Whether it works off a table of tensors, or one tensor.
    dtype
        The format of parameters and gradients.
    aligned
        Whether all addresses of tensors are multiples of 16.
    """

    many: bool
    dtype: torch.dtype
    aligned: bool

    @property
    def name(self) -> str:
        """The kernel's name in PTX."""
        return "adam_many" if self.many else "adam_one"

    def __str__(self) -> str:
        return f"{self.name} for {self.dtype}, {'' if self.aligned else 'not '}aligned"


VARIANTS: Final = tuple(
    Variant(many, dtype, aligned)
    for many in (False, True)
    for dtype in SYMBOLS
    for aligned in (True, False)
)
"""All that Triton makes for one GPU."""


def ptx_text(
    variant: Variant,
    module: ModuleType | None = None,
    options: Mapping[str, object] = OPTIONS,
) -> str:
    """The kernel in PTX, for compute capability 9.0.

    Parameters
    ----------
    variant
        Which kernel.
    module
        Other kernels than those of :func:`optimspec.impls.triton.load.kernels`.
    options
        What the compiler is told.

    Raises
    ------
    TritonNotFound
        If Triton is missing.
    """
    chosen = module or kernels(interpreted=False)
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    source = ASTSource(getattr(chosen, variant.name), **_specialized(chosen, variant))
    target = GPUTarget("cuda", HOPPER, WARP)
    return str(triton.compile(source, target=target, options=dict(options)).asm["ptx"])


def _specialized(module: ModuleType, variant: Variant) -> dict[str, Any]:
    scalars = ("fp32",) * len(AdamScalars._fields_)
    chosen = {"aligned": variant.aligned, "block": COMPILED.block}
    if variant.many:
        signature = {"chunks": "*i64", "scalars": scalars}
        chosen |= {"dtype": format_of(module, variant.dtype), "longest": COMPILED.longest}
    else:
        param = f"*{_TYPES[variant.dtype]}"
        tensors = {"p": param, "g": param, "m": "*fp32", "v": "*fp32"}
        signature = {**tensors, "n": "i64", "scalars": scalars}
    return {"signature": signature | dict.fromkeys(chosen, "constexpr"), "constexprs": chosen}
