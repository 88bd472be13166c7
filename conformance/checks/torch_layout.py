"""The clauses of torch's optimizer contract on how tensors lie in memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import torch

from optimspec.conformance.checks.torch_bench import (
    Clause,
    NotApplicable,
    TorchBench,
)
from optimspec.conformance.checks.torch_tensors import (
    first_difference,
    leaves,
    step,
)


def _strides(bench: TorchBench) -> str:
    """Compare with the run in which both are contiguous."""
    parameter = bench.start((4, 3))[0].t()
    gradients = bench.randn((3, 4), (3, 4), seed=1)
    turned = [gradient.t().contiguous().t() for gradient in gradients]
    for mine, its in ((parameter, gradients), (parameter.contiguous(), turned)):
        (got,) = leaves([mine])
        optimizer = bench.build([got])
        for gradient in its:
            step(optimizer, [got], [gradient])
        if found := _difference(bench, got, mine, its):
            return (
                f"A parameter of strides {mine.stride()} with gradients of strides "
                f"{its[0].stride()} is updated wrongly: {found}.{_pairing(bench, got, mine, its)}"
            )
    return ""


def _difference(
    bench: TorchBench,
    got: torch.Tensor,
    parameter: torch.Tensor,
    gradients: Sequence[torch.Tensor],
) -> str:
    """Compare ``got`` with where contiguous copies lead."""
    rows = [[gradient.contiguous()] for gradient in gradients]
    (allowed,) = bench.allowance([parameter], rows)
    return first_difference(got, bench.run([parameter.contiguous()], rows)[0], allowed)


def _pairing(
    bench: TorchBench,
    got: torch.Tensor,
    parameter: torch.Tensor,
    gradients: Sequence[torch.Tensor],
) -> str:
    """Explain a wrong update, if the elements at one place in memory were paired."""
    paired = [gradient.as_strided(got.shape, parameter.stride()) for gradient in gradients]
    if _difference(bench, got, parameter, paired):
        return ""
    mine = tuple((paired[0] != gradients[0]).nonzero()[0].tolist())
    its = tuple((gradients[0] == paired[0][mine]).nonzero()[0].tolist())
    return (
        " It pairs elements by their place in memory: parameter element "
        f"{mine} was stepped with the gradient of element {its}."
    )


def _view(bench: TorchBench) -> str:
    """Step every other element of a tensor, and look at all of them."""
    (base,), gradients = bench.start((8,)), bench.randn((4,), (4,), seed=1)
    memory = base.clone()
    view = memory[..., ::2].requires_grad_()
    optimizer = bench.build([view])
    for gradient in gradients:
        step(optimizer, [view], [gradient])
    wrong = _difference(bench, view, base[..., ::2], gradients)
    pairs = zip(memory.flatten().tolist(), base.flatten().tolist(), strict=True)
    outside = [i for i, (now, before) in enumerate(pairs) if i % 2 and now != before]
    found = []
    if outside:
        found.append(f"wrote elements {outside} of the tensor, which are outside the view")
    if wrong:
        found.append(f"updated the view wrongly ({wrong})")
    return f"For a parameter x[::2] of 8 elements x, step {' and '.join(found)}." if found else ""


def _expanded(bench: TorchBench) -> str:
    """Give gradients, and then a parameter, whose elements are one place in memory."""
    (start,), rows = bench.start((8,)), [bench.randn((8,), seed=seed)[0] for seed in (1, 2)]
    spread = [row[..., :1].expand(row.shape) for row in rows]
    (got,) = leaves([start])
    optimizer = bench.build([got])
    for gradient in spread:
        got.grad = gradient
        optimizer.step()
    if found := _difference(bench, got, start, spread):
        return f"A gradient that was expanded from one element is taken for another: {found}."
    single = start.clone()[..., :1].expand(start.shape)
    before, theta = single.contiguous(), single.detach().requires_grad_()
    try:
        step(bench.build([theta]), [theta], rows[:1])
    except Exception:
        return ""  # torch refuses to write to what is expanded
    if found := _difference(bench, theta, before, rows[:1]):
        return f"A parameter that was expanded from one element is stepped wrongly: {found}."
    return ""


def _shapes(bench: TorchBench) -> str:
    """Step parameters of no dimension and of no element beside an ordinary one."""
    if bench.matrices:
        raise NotApplicable("It takes matrices alone.")
    shapes = ((), (0,), (0, 3), (2,))
    parameters, gradients = bench.start(*shapes), bench.randn(*shapes, seed=1)
    got = bench.run(parameters, [gradients])
    for parameter, stepped, gradient in zip(parameters, got, gradients, strict=True):
        if stepped.shape != parameter.shape:
            return f"A parameter of shape {tuple(parameter.shape)} became {tuple(stepped.shape)}."
        if not parameter.numel():
            continue
        start, slope = parameter.reshape(-1), gradient.reshape(-1)
        if found := _difference(bench, stepped.reshape(-1), start, [slope]):
            return (
                f"A parameter of shape {tuple(parameter.shape)} is not updated as the same values "
                f"in one dimension, alone: {found}."
            )
    return ""


_SIZES: Final = ((1,), (3,), (1023,), (1025,), (25, 41), (2**16 + 1,))
"""Around the widths of vectors and blocks, and more than 16 bits can count."""


def _sizes(bench: TorchBench) -> str:
    """Repeat three elements to tensors of every size, and compare each with these three."""
    if not bench.elementwise:
        raise NotApplicable("Its equations are not elementwise.")
    (start,), rows = bench.start((3,)), [bench.randn((3,), seed=seed) for seed in (1, 2)]
    expected, (allowed,) = bench.run([start], rows)[0], bench.allowance([start], rows)
    for shape in _SIZES:
        (got,) = bench.run([_fill(start, shape)], [[_fill(row[0], shape)] for row in rows])
        if found := first_difference(got, _fill(expected, shape), _fill(allowed, shape)):
            size = " x ".join(map(str, shape))
            return f"A parameter of {size} elements is not updated as three of them are: {found}."
    return ""


def _fill(values: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    size = math.prod(shape)
    return values.detach().repeat(-(-size // 3))[:size].reshape(shape)


LAYOUT_CLAUSES: Final = (
    Clause(
        "contract.strides",
        "A parameter and its gradient may have different strides.",
        "https://github.com/pytorch/pytorch/issues/106951",
        _strides,
    ),
    Clause(
        "contract.strided-view",
        "Of a parameter that is a view, only the view's own elements change, and rightly.",
        "https://docs.pytorch.org/docs/stable/tensor_view.html",
        _view,
    ),
    Clause(
        "contract.expanded",
        "A gradient may be expanded from one element; such a parameter is refused, or right.",
        "https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html",
        _expanded,
    ),
    Clause(
        "contract.shapes",
        "Parameters may have no dimension, or no element.",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.html",
        _shapes,
    ),
    Clause(
        "contract.sizes",
        "Every element of a parameter is updated, whatever its size.",
        "https://github.com/deepspeedai/DeepSpeed/issues/7640",
        _sizes,
    ),
)
