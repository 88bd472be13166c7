"""The update of ``impls/cuda/adam_core.h`` in Triton: one tensor in a launch, or many.

Roundings are those of that header, in its order. Launch with ``enable_fp_fusion=False``: otherwise
Triton contracts products and sums as it likes.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _widened(x: tl.tensor) -> tl.tensor:
    """As float32, exactly."""
    if x.dtype == tl.bfloat16:
        return (x.to(tl.uint16, bitcast=True).to(tl.uint32) << 16).to(tl.float32, bitcast=True)
    else:  # noqa: RET505 - what follows an if is compiled for every format
        return x


@triton.jit
def _narrowed(x: tl.tensor, like: tl.tensor) -> tl.tensor:
    """In the format of the other, to nearest, ties to even; NaN stays NaN.

    By integers, since the interpreter's own conversion truncates.
    """
    if like.dtype == tl.bfloat16:
        bits = x.to(tl.uint32, bitcast=True)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        quiet = (bits >> 16) | 0x40
        upper = tl.where((bits & 0x7FFFFFFF) > 0x7F800000, quiet, rounded)
        return upper.to(tl.uint16).to(tl.bfloat16, bitcast=True)
    else:  # noqa: RET505 - as above
        return x


@triton.jit
def _update(
    p: tl.tensor,
    g: tl.tensor,
    m: tl.tensor,
    v: tl.tensor,
    mask: tl.tensor | None,
    scalars: tl.tuple,
) -> None:
    """Make the step on the elements at these addresses, but for those that are masked."""
    sign, l2, shrink, weight1, weight2, root2, step, eps = [tl.cast(x, tl.float32) for x in scalars]
    old = tl.load(p, mask)
    param, grad = _widened(old), sign * _widened(tl.load(g, mask))
    first, second = tl.load(m, mask), tl.load(v, mask)
    grad = tl.where(l2 != 0.0, tl.fma(l2, param, grad), grad)  # 0 * inf would be NaN
    first = tl.fma(weight1, grad - first, first)
    second = tl.fma(weight2, tl.fma(grad, grad, -second), second)
    denominator = tl.div_rn(tl.sqrt_rn(second), root2) + eps
    param = tl.fma(-step, tl.div_rn(first, denominator), shrink * param)
    tl.store(p, _narrowed(param, old), mask)
    tl.store(m, first, mask)
    tl.store(v, second, mask)


@triton.jit
def _block(
    p: tl.tensor,
    g: tl.tensor,
    m: tl.tensor,
    v: tl.tensor,
    start: tl.tensor,
    n: tl.tensor,
    scalars: tl.tuple,
    aligned: tl.constexpr,
    block: tl.constexpr,
) -> None:
    """Make the step on the elements from ``start``, a block of them or those that are left."""
    p, g, m, v = p + start, g + start, m + start, v + start
    if aligned:
        p, g = tl.multiple_of(p, 16), tl.multiple_of(g, 16)
        m, v = tl.multiple_of(m, 16), tl.multiple_of(v, 16)
    at = tl.arange(0, block)
    if start + block <= n:  # without a mask, aligned elements are moved as vectors
        _update(p + at, g + at, m + at, v + at, None, scalars)
    else:
        _update(p + at, g + at, m + at, v + at, start + at < n, scalars)


@triton.jit(do_not_specialize=["n"], do_not_specialize_on_alignment=["p", "g", "m", "v"])
def adam_one(
    p: tl.tensor,
    g: tl.tensor,
    m: tl.tensor,
    v: tl.tensor,
    n: tl.int64,
    scalars: tl.tuple,
    aligned: tl.constexpr,
    block: tl.constexpr,
) -> None:
    """Make a step on one tensor, a block of elements in each program."""
    start = tl.program_id(0).to(tl.int64) * block
    _block(p, g, m, v, start, n, scalars, aligned, block)


@triton.jit(do_not_specialize_on_alignment=["chunks"])
def adam_many(
    chunks: tl.tensor,
    scalars: tl.tuple,
    dtype: tl.constexpr,
    longest: tl.constexpr,
    aligned: tl.constexpr,
    block: tl.constexpr,
) -> None:
    """Make a step on many tensors, a row of a table in each program."""
    row = chunks + tl.program_id(0).to(tl.int64) * 5
    p = tl.load(row).to(tl.pointer_type(dtype))
    g = tl.load(row + 1).to(tl.pointer_type(dtype))
    m = tl.load(row + 2).to(tl.pointer_type(tl.float32))
    v = tl.load(row + 3).to(tl.pointer_type(tl.float32))
    n = tl.load(row + 4)
    for start in range(0, longest, block):
        if start < n:
            _block(p, g, m, v, start, n, scalars, aligned, block)
