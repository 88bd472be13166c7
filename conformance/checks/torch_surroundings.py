"""The clauses of torch's optimizer contract on torch's global state: what acts, what is left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import torch

from optimspec.conformance.checks.torch_bench import Clause, TorchBench
from optimspec.conformance.checks.torch_tensors import first_difference, leaves, step
from optimspec.conformance.observe import describe


@contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _dtype(bench: TorchBench) -> str:
    """Build and step under a wide and a narrow default dtype."""
    (start,) = bench.start((3,))
    rows = [bench.randn((3,), seed=seed) for seed in (1, 2, 3)]
    (expected,), (allowed,) = bench.run([start], rows), bench.allowance([start], rows)
    for dtype in (torch.float64, torch.bfloat16):
        with _default_dtype(dtype):
            (got,) = bench.run([start], rows)
        if found := first_difference(got, expected, allowed):
            return (
                f"Under the default dtype {dtype}, parameters of {bench.dtype} go elsewhere: "
                f"{found}."
            )
    return ""


def _device(bench: TorchBench) -> str:
    """Build and step while the default device is ``meta``, which holds no values.

    A scalar may be anywhere as long as step does not mind, as torch's counters are on the CPU
    beside parameters on accelerators.
    """
    (start,), row = bench.start((3,)), bench.randn((3,), seed=1)
    (expected,) = bench.run([start], [row])
    (theta,) = leaves([start])
    problem: Exception | None = None
    with torch.device("meta"):
        optimizer = bench.build([theta])
        try:
            step(optimizer, [theta], row)
        except Exception as error:
            problem = error
    kept = optimizer.state.get(theta, {})
    away = [n for n, x in kept.items() if isinstance(x, torch.Tensor) and x.device != theta.device]
    if lost := [name for name in away if problem or kept[name].numel() > 1]:
        raises = f", and step raises {describe(problem)}" if problem else ""
        return f"The state {lost} is made on the default device, not on its parameter's{raises}."
    if problem:
        raise problem
    if found := first_difference(theta, expected):
        where = "the CPU" if bench.device.type == "cpu" else str(bench.device)
        return f"Under another default device, a parameter on {where} goes elsewhere: {found}."
    return ""


def _grad_mode(bench: TorchBench) -> str:
    """Step with gradients enabled and disabled."""
    (start,), (gradient,) = bench.start((3,)), bench.randn((3,), seed=1)
    expected = bench.run([start], [[gradient]])[0]
    for enabled in (True, False):
        (theta,) = leaves([start])
        optimizer = bench.build([theta])
        with torch.set_grad_enabled(enabled):
            step(optimizer, [theta], [gradient])
            left = torch.is_grad_enabled()
        if left is not enabled:
            return f"step left gradients {_worded(left)} where they were {_worded(enabled)}."
        if not (theta.requires_grad and theta.is_leaf):
            return f"With gradients {_worded(enabled)}, step left a parameter that is no leaf."
        if found := first_difference(theta, expected):
            return f"With gradients {_worded(enabled)}, the step leads elsewhere: {found}."
    return ""


def _worded(enabled: bool) -> str:
    return "enabled" if enabled else "disabled"


def _generators(bench: TorchBench) -> str:
    """Look at the states of the global generators before and after a step."""
    (theta,), row = leaves(bench.start((3,))), bench.randn((3,), seed=1)
    optimizer = bench.build([theta])
    legacy = np.random.get_state()  # noqa: NPY002 - the global one is what must be kept
    devices = [] if bench.device.type == "cpu" else [bench.device]
    with torch.random.fork_rng(devices, device_type=bench.device.type):
        before = (_torch_states(bench.device), random.getstate(), legacy)
        step(optimizer, [theta], row)
        after = (_torch_states(bench.device), random.getstate(), np.random.get_state())  # noqa: NPY002
    random.setstate(before[1])
    np.random.set_state(legacy)  # noqa: NPY002
    changed = [
        name
        for name, was, now in zip(("torch", "random", "numpy.random"), before, after, strict=True)
        if not _equal(was, now)
    ]
    return f"step changed the state of the generators of {', '.join(changed)}." if changed else ""


def _torch_states(device: torch.device) -> tuple[torch.Tensor, ...]:
    """The states of torch's generators: the CPU's, and the device's if it is another."""
    own = torch.get_rng_state()
    if device.type == "cpu":
        return (own,)
    return own, torch.get_device_module(device).get_rng_state(device)


def _equal(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(np.array_equal(np.asarray(one), np.asarray(other)))


_DOCS: Final = "https://docs.pytorch.org/docs/stable"

SURROUNDING_CLAUSES: Final = (
    Clause(
        "contract.default-dtype",
        "A step does not depend on torch's default dtype.",
        "https://github.com/pytorch/ao/pull/4915",
        _dtype,
    ),
    Clause(
        "contract.default-device",
        "State is made on the device of its parameter, whatever the default device.",
        "https://github.com/pytorch/pytorch/issues/113758",
        _device,
    ),
    Clause(
        "contract.grad-mode",
        "A step does the same with gradients enabled and disabled, and leaves them so.",
        f"{_DOCS}/notes/autograd.html#locally-disabling-gradient-computation",
        _grad_mode,
    ),
    Clause(
        "contract.generators",
        "A step leaves the global random generators as they are.",
        f"{_DOCS}/notes/randomness.html",
        _generators,
    ),
)
