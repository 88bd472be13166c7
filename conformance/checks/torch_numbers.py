"""The clauses of torch's optimizer contract on what gradients hold: complex, sparse, not finite."""

from __future__ import annotations

from typing import Final

import torch

from optimspec.conformance.checks.torch_bench import Clause, NotApplicable, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, step

_COMPLEX: Final = {torch.float64: torch.complex128, torch.float32: torch.complex64}
"""The dtype of complex numbers of two such parts; narrower ones have few operations."""


def _complex(bench: TorchBench) -> str:
    """Step complex numbers beside pairs of their parts; to raise, and leave them, will do."""
    if not bench.elementwise:
        raise NotApplicable("Its equations are not elementwise.")
    if bench.dtype not in _COMPLEX:
        raise NotApplicable(f"Complex numbers of {bench.dtype} have few operations.")
    (start,) = bench.start((3, 2))
    rows = [bench.randn((3, 2), seed=seed) for seed in (1, 2)]
    (theta,) = leaves([torch.view_as_complex(start)])
    optimizer: torch.optim.Optimizer | None = None
    for (row,) in rows:
        before = theta.detach().clone()
        try:
            optimizer = optimizer or bench.build([theta])
            step(optimizer, [theta], [torch.view_as_complex(row)])
        except Exception:
            return _unharmed(torch.view_as_real(theta), torch.view_as_real(before), "complex")
    (expected,), (allowed,) = bench.run([start], rows), bench.allowance([start], rows)
    if found := first_difference(torch.view_as_real(theta), expected, allowed):
        return (
            "A complex parameter is neither refused nor stepped as its real and imaginary parts "
            f"are: {found}."
        )
    return ""


def _unharmed(theta: torch.Tensor, before: torch.Tensor, what: str) -> str:
    """Say so if what was refused has changed the parameter before."""
    found = first_difference(theta, before)
    return f"It raises for {what} gradients, after it has moved the parameter: {found}." * bool(
        found
    )


def _sparse(bench: TorchBench) -> str:
    """Step with sparse gradients, coalesced or not; to raise, and leave the rest, will do."""
    (start,) = bench.start((5,))
    rows = [bench.randn((5,), seed=seed) for seed in (1, 2)]
    for (row,) in rows:
        row[..., ::2] = 0.0
    (expected,), (allowed,) = bench.run([start], rows), bench.allowance([start], rows)
    stored = rows[0][0] != 0
    for twice in (False, True):
        (theta,) = leaves([start])
        optimizer = bench.build([theta])
        for (row,) in rows:
            before = theta.detach().clone()
            theta.grad = _in_halves(row) if twice else row.to_sparse()
            try:
                optimizer.step()
            except Exception:
                return _unharmed(theta, before, "sparse")
        found = first_difference(theta[stored], expected[stored], allowed[stored])
        lazy = not first_difference(theta[~stored], start[~stored])
        found = found or ("" if lazy else first_difference(theta, expected, allowed))
        if found:
            how = "that name elements twice " if twice else ""
            return f"Sparse gradients {how}are neither refused nor taken as dense ones: {found}."
    return ""


def _in_halves(dense: torch.Tensor) -> torch.Tensor:
    """A sparse tensor that stores every element as two halves, as an embedding's gradient may."""
    half = (dense / 2).to_sparse()
    indices, values = torch.cat([half.indices()] * 2, dim=1), torch.cat([half.values()] * 2)
    return torch.sparse_coo_tensor(indices, values, dense.shape, check_invariants=True)


def _not_finite(bench: TorchBench) -> str:
    """Put infinity and NaN into one element of the second of three gradients."""
    if not bench.elementwise:
        raise NotApplicable("Its equations are not elementwise.")
    start = bench.start((5,), (2,))
    rows = [bench.randn((5,), (2,), seed=seed) for seed in (1, 2, 3)]
    expected, allowed = bench.run(start, rows), bench.allowance(start, rows)
    for value in (torch.inf, torch.nan):
        spoiled = [list(row) for row in rows]
        spoiled[1][0] = rows[1][0].clone()
        spoiled[1][0][1] = value
        got = bench.run(start, spoiled)
        others = [0, 2, 3, 4]
        found = first_difference(got[0][others], expected[0][others], allowed[0][others])
        found = found or first_difference(got[1], expected[1], allowed[1])
        if found:
            return f"A gradient of {value} in one element changes the steps of others: {found}."
    return ""


NUMBER_CLAUSES: Final = (
    Clause(
        "contract.complex",
        "A complex parameter is stepped as its real and imaginary parts are, or refused.",
        "https://docs.pytorch.org/docs/stable/complex_numbers.html#optimizers",
        _complex,
    ),
    Clause(
        "contract.sparse",
        "A sparse gradient is taken as the dense one, or for its elements alone, or refused.",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html",
        _sparse,
    ),
    Clause(
        "contract.not-finite",
        "An infinite gradient, or one that is NaN, harms no other element.",
        "https://github.com/facebookresearch/habitat-lab/issues/2226",
        _not_finite,
    ),
)
