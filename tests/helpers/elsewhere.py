"""A device that is not the CPU, for tests without a GPU: its tensors hold CPU tensors.

As on a GPU, no operation takes tensors of both, unless those on the CPU are single numbers, and
NumPy cannot see its memory. It is registered for the whole process, which should do nothing else:
run as a program, this prints which clauses of torch's contract an optimizer with a fault breaks
there.
"""

from __future__ import annotations

import json
from typing import Any

import torch
from torch.utils import _pytree as tree
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.backend_registration import (
    _DummyBackendModule,
    _setup_privateuseone_for_python_backend,
)

from clauses import breaches, planted, tolerance
from optimspec.conformance.checks.torch_contract import TorchBench
from optimspec.impls.adapters.torch_optimizer import adapt
from optimspec.impls.faults.gradients import NoneAsZeros
from optimspec.spec import ALGORITHMS

NAME = "elsewhere"


class _Module(_DummyBackendModule):
    """What torch asks of a device: its generator, which nothing draws from."""

    def get_rng_state(self, device=None):
        return torch.zeros(1)

    def set_rng_state(self, state, device=None): ...


_setup_privateuseone_for_python_backend(NAME, _Module())


class There(torch.Tensor):
    """A tensor on the device."""

    def __new__(cls, held):
        return torch.Tensor._make_wrapper_subclass(
            cls,
            held.size(),
            strides=held.stride() if held.layout is torch.strided else None,
            storage_offset=held.storage_offset() if held.layout is torch.strided else 0,
            dtype=held.dtype,
            layout=held.layout,
            device=torch.device(NAME, 0),
            requires_grad=held.requires_grad,
        )

    def __init__(self, held):
        self.held = held

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _run(func, args, kwargs or {})


class Device(TorchDispatchMode):
    """While it is entered, ``elsewhere`` is a device."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return _run(func, args, kwargs or {})


_MOVES = {torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default}


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    given = [x for x in tree.tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
    there = [x for x in given if isinstance(x, There)]
    if there and func not in _MOVES and any(x.ndim for x in given if not isinstance(x, There)):
        raise RuntimeError(f"{func} was given tensors on both {NAME} and cpu.")
    stays = bool(there)
    if kwargs.get("device") is not None:
        stays = torch.device(kwargs["device"]).type == NAME
        kwargs = {**kwargs, "device": torch.device("cpu") if stays else kwargs["device"]}
    args, kwargs = tree.tree_map_only(There, lambda x: x.held, (args, kwargs))
    made = func(*args, **kwargs)
    if not stays:
        return made
    known = {id(x.held): x for x in there}  # what was changed in place is the tensor it was
    return tree.tree_map_only(
        torch.Tensor, lambda x: known[id(x)] if id(x) in known else There(x), made
    )


if __name__ == "__main__":
    with Device():
        target = adapt(planted(NoneAsZeros, torch.optim.Adam), {}, "module:Class", device=NAME)
        bench = TorchBench.of(target, "float64", tolerance, ALGORITHMS["adam"])
        print(json.dumps(breaches(bench)))
