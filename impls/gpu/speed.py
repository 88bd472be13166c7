"""The speed of the kernels beside torch's and a copy's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import torch

from optimspec.impls.cuda import FusedAdam
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.machine import free_bytes
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.timing import Twice, medians, on_gpu, with_host
from optimspec.impls.triton import TritonAdam
from optimspec.impls.triton.load import TritonNotFound

BYTES: Final = 28
"""For an element: parameter, gradient and two moments are read, all but the gradient written."""

SHARE: Final = 0.92
"""The goal: of the speed of a copy that moves as many bytes."""

MOST: Final = 10**9
"""Elements of the one tensor, if they fit."""

_PER_ELEMENT: Final = 16 + BYTES + 16
"""Bytes for an element: of four tensors, of a copy's two, and of what foreach makes meanwhile."""

TENSORS: Final = 4000
SMALL: Final = 1024
"""Elements of each of many tensors."""

_BUSY: Final = 2**29
"""Floats that keep a GPU writing for about half a millisecond."""

OURS: Final = "ours, CUDA"
TORCH: Final = "torch, fused"
COPY: Final = "copy"
COPIES: Final = "copy of each tensor"

COPIED = Rule("speed.one.share", f"One tensor is moved at {SHARE:.0%} of a copy's speed or more.")
AHEAD = Rule("speed.one.ahead", "One tensor is moved faster than by torch's fused Adam.")
MANY = Rule(
    "speed.many.ahead",
    f"A step of {TENSORS} tensors of {SMALL} elements, the host's time included, takes less than "
    "with torch's fused Adam.",
)

Calls = Mapping[str, Callable[[], object]]

_KINDS: Final[Mapping[str, Callable[..., torch.optim.Optimizer]]] = {
    OURS: FusedAdam,
    "ours, Triton": TritonAdam,
    TORCH: lambda params: torch.optim.Adam(params, fused=True),
    "torch, foreach": lambda params: torch.optim.Adam(params, foreach=True),
}


def sharing(params: Sequence[torch.Tensor]) -> dict[str, Callable[[], object]]:
    """A step of each optimizer on these parameters, all of them with the same moments in memory."""
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in params]
    steps: dict[str, Callable[[], object]] = {}
    for name, make in _KINDS.items():
        try:
            optimizer = make(params)
            _give_state(optimizer, moments, name)
            optimizer.step()
        except TritonNotFound:
            continue
        steps[name] = optimizer.step
    return steps


def _give_state(optimizer: torch.optim.Optimizer, moments: Sequence[Any], name: str) -> None:
    for param, (m, v) in zip(optimizer.param_groups[0]["params"], moments, strict=True):
        at = param.device if name == TORCH else "cpu"
        count = 0 if name.startswith("ours") else torch.zeros((), device=at)
        optimizer.state[param] = {"step": count, "exp_avg": m, "exp_avg_sq": v}


def parameters(count: int, n: int, device: str) -> list[torch.Tensor]:
    """Parameters of ``n`` elements with gradients."""
    made = [torch.zeros(n, device=device, requires_grad=True) for _ in range(count)]
    for param in made:
        param.grad = torch.full_like(param, 0.5)
    return made


def that_fit(free: int) -> int:
    """The elements of one tensor that fit into so many free bytes."""
    return min(MOST, int(free * 0.9) // _PER_ELEMENT // 1024 * 1024)


def copies(count: int, n: int, device: str) -> dict[str, Callable[[], object]]:
    """Copies that move as many bytes as a step: in one piece, and in as many as tensors."""
    sources = [torch.zeros(BYTES * n // 8, device=device) for _ in range(count)]
    targets = [torch.empty_like(each) for each in sources]
    source = torch.zeros(BYTES * n * count // 8, device=device)
    target = torch.empty_like(source)
    return {
        COPY: lambda: target.copy_(source),
        COPIES: lambda: torch._foreach_copy_(targets, sources),
    }


def of_one(times: Mapping[str, Twice], n: int) -> Iterator[Finding]:
    """What the times for one tensor mean; a copy's are among them."""
    said, shares, figures = _shares(times, n)
    yield COPIED.measured(shares[OURS] >= SHARE, said, shares[OURS], SHARE, figures)
    yield _ahead(AHEAD, times, said, figures)


def of_many(times: Mapping[str, Twice]) -> Finding:
    """What the times for many tensors mean; those of both copies are among them."""
    said, _, figures = _shares(times, TENSORS * SMALL)
    return _ahead(MANY, times, said, figures)


def _shares(
    times: Mapping[str, Twice], n: int
) -> tuple[str, Mapping[str, float], Mapping[str, float]]:
    """What shares of a copy's speed there are: in words, by name, and among all figures."""
    copy = times[COPY].best
    shares = {name: copy / each.best for name, each in times.items()}
    figures = _figures(times) | {f"{name}, of copy": share for name, share in shares.items()}
    said = f"{n} elements; a copy moves {BYTES * n / copy / 1e12:.3f} TB/s; "
    return said + _worded(shares, times), shares, figures


def _ahead(
    rule: Rule, times: Mapping[str, Twice], said: str, figures: Mapping[str, float]
) -> Finding:
    """Our time as a part of torch's: each of our medians must be below each of its."""
    ratio = max(times[OURS]) / min(times[TORCH])
    return rule.measured(ratio < 1, said, ratio, 1.0, figures)


def _worded(shares: Mapping[str, float], times: Mapping[str, Twice]) -> str:
    said = (
        f"{name} {share:.1%} ({times[name].first * 1e3:.3f} and {times[name].second * 1e3:.3f} ms)"
        for name, share in shares.items()
    )
    return ", ".join(said) + "."


def _figures(times: Mapping[str, Twice]) -> dict[str, float]:
    halves = {"first": 0, "second": 1}
    return {f"{name}, {h} ms": t[at] * 1e3 for name, t in times.items() for h, at in halves.items()}


def _many() -> Iterator[Finding]:
    params = parameters(TENSORS, SMALL, "cuda")
    calls = {**sharing(params), **copies(TENSORS, SMALL, "cuda")}
    yield of_many(medians(calls, with_host))


def _one() -> Iterator[Finding]:
    n = that_fit(free_bytes() - 4 * _BUSY)
    source = torch.zeros(BYTES * n // 8, device="cuda")
    target = torch.empty_like(source)
    calls: Calls = {**sharing(parameters(1, n, "cuda")), COPY: lambda: target.copy_(source)}
    yield from of_one(medians(calls, on_gpu(torch.empty(_BUSY, device="cuda"))), n)


SPEED: Final = (
    Step(
        "speed.many",
        f"The speed of the kernels on {TENSORS} tensors, beside torch's and a copy's.",
        30,
        (MANY,),
        _many,
    ),
    Step(
        "speed.one",
        "The speed of the kernels on one tensor, beside torch's and a copy's.",
        60,
        (COPIED, AHEAD),
        _one,
    ),
)
"""Each in a process of its own, whose memory is free for it."""
