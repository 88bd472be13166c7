"""The clauses of torch's optimizer contract on implementations: all of them make one step."""

from __future__ import annotations

from typing import Final

import torch

from optimspec.conformance.checks.torch_bench import Clause, NotApplicable, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, step

_PATHS: Final = ("foreach", "fused")
"""The settings of a group by which torch chooses an implementation."""


def _paths(bench: TorchBench) -> str:
    """Step with each implementation that a group can choose, and with the loop."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in (1, 2, 3)]
    group = bench.build(leaves(start)).param_groups[0]
    loop: dict[str, bool | float] = {path: False for path in _PATHS if path in group}
    choices = list(loop)
    if group.get("lr") is not None:
        loop["lr"] = float(group["lr"])  # not every implementation takes it in a tensor
    expected, allowed, refusals = None, bench.allowance(start, rows), []
    for path in choices:
        try:
            got = bench.run(start, rows, **{**loop, path: True})
        except Exception as error:
            refusals.append(f"{path}: {error}")
            continue
        expected = expected or bench.run(start, rows, **loop)
        for i, (one, other) in enumerate(zip(got, expected, strict=True)):
            if found := first_difference(one, other, allowed[i]):
                return f"With {path}=True, parameter {i} goes elsewhere than in the loop: {found}."
    if not expected:
        raise NotApplicable("; ".join(refusals) or "Its groups choose no implementation.")
    return ""


def _repeated(bench: TorchBench) -> str:
    """Step as many elements as threads share, twice."""
    shape = (2**16 + 1,) if bench.elementwise else (65, 33)
    start, rows = bench.start(shape), [bench.randn(shape, seed=seed) for seed in (1, 2)]
    first, second = (bench.run(start, rows)[0] for _ in range(2))
    found = first_difference(second, first)
    return f"A second run of equal inputs departs from the first: {found}." if found else ""


def _dtypes(bench: TorchBench) -> str:
    """Step parameters of two dtypes in one group and in two, beside each alone."""
    if not bench.others:
        raise NotApplicable(f"It takes parameters of {bench.dtype} alone.")
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2)]
    pair, history = [start, start.to(bench.others[0])], [[row[0]] * 2 for row in rows]
    coarser = torch.finfo(bench.others[0]).eps / torch.finfo(bench.dtype).eps
    (allowed,) = bench.allowance([start], rows)
    for together in (True, False):
        got = leaves(pair)
        parted = [{"params": got[:1]}, {"params": got[1:]}]
        optimizer = bench.build(got if together else parted)
        for row in history:
            step(optimizer, got, [g.to(p.dtype) for g, p in zip(row, got, strict=True)])
        for mine, its, scale in zip(got, pair, (1.0, coarser), strict=True):
            (alone,) = bench.run([its], [[row[0].to(its.dtype)] for row in history])
            if found := first_difference(mine, alone, scale * allowed):
                how = "in one group" if together else "in two groups"
                return f"Beside another dtype {how}, {its.dtype} goes elsewhere: {found}."
    return ""


def _compiled(bench: TorchBench) -> str:
    """Step what Dynamo and AOTAutograd trace; no code is generated of it."""
    start = bench.start((3,), (2, 2))
    rows = [bench.randn((3,), (2, 2), seed=seed) for seed in (1, 2, 3)]
    expected, allowed = bench.run(start, rows), bench.allowance(start, rows)
    got = leaves(start)
    optimizer = bench.build(got)
    torch.compiler.reset()  # what was traced of others of its class counts against it
    traced = torch.compile(optimizer.step, backend="aot_eager")
    for row in rows:
        for parameter, gradient in zip(got, row, strict=True):
            parameter.grad = gradient.clone()
        traced()
    for i, (one, other) in enumerate(zip(got, expected, strict=True)):
        if found := first_difference(one, other, allowed[i]):
            return f"Traced by torch.compile, parameter {i} goes elsewhere: {found}."
    return ""


PATH_CLAUSES: Final = (
    Clause(
        "contract.implementations",
        "The implementations that foreach and fused choose compute what the loop does.",
        "https://github.com/pytorch/pytorch/issues/78807",
        _paths,
    ),
    Clause(
        "contract.repeated",
        "Equal inputs of any size give equal parameters, bit by bit.",
        "https://docs.pytorch.org/docs/stable/notes/randomness.html",
        _repeated,
    ),
    Clause(
        "contract.mixed-dtypes",
        "Parameters of several dtypes go as each does alone, in one group and in several.",
        "https://github.com/karpathy/nanochat/issues/527",
        _dtypes,
    ),
    Clause(
        "contract.compiled",
        "A step that torch.compile traces computes what it does untraced.",
        "https://github.com/pytorch/pytorch/pull/88173",
        _compiled,
        slow="Loading what traces a step takes about five seconds.",
    ),
)
