"""What a clause of torch's optimizer contract is tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, cast

import numpy as np
import torch

from optimspec.conformance.checks.torch_tensors import as_array, leaves, step
from optimspec.conformance.protocol import Array, Target
from optimspec.spec import Algorithm
from optimspec.spec.catalogue import HYPERPARAMETERS
from optimspec.spec.exact import rests
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import alpha

_SEED: Final = 0
"""Any will do; a fixed one makes every run of a clause the same."""

_CPU: Final = torch.device("cpu")

_SMALL: Final = 2.0**-10
"""Near the usual learning rate 1e-3, so that a step shows in every dtype."""


class NotApplicable(Exception):  # noqa: N818 - the name says what it means
    """A clause cannot be tried on this optimizer; the message says why."""


class Build(Protocol):
    """Makes the optimizer under test."""

    def __call__(
        self,
        parameters: Iterable[torch.Tensor] | Iterable[dict[str, Any]],
        hyper: Mapping[str, float] | None = None,
    ) -> torch.optim.Optimizer:
        """Make it on tensors or group dicts, with hyperparameters by spec name."""
        ...


Tolerance = Callable[[Sequence[Array], Sequence[Sequence[Array]]], list[Array]]
"""From start values and gradients, step by step, to what two runs may differ by at the end."""


@dataclass(frozen=True, slots=True)
class TorchBench:
    """An optimizer under test.

    Parameters
    ----------
    build
        Makes it.
    dtype
        The dtype of all parameters.
    tolerance
        The elementwise allowance, one array per parameter, for two runs of the optimizer with
        its default hyperparameters that may round differently.
    elementwise
        Whether no element's update depends on another element.
    matrices
        Whether parameters must have two axes.
    rated
        Whether a step depends on the learning rate, and not the start values alone.
    rests
        Whether a step with a gradient of zeros changes nothing.
    others
        Further dtypes of parameters that it takes.
    settable
        The hyperparameters that its constructor takes.
    device
        Where all tensors are.
    """

    build: Build
    dtype: torch.dtype
    tolerance: Tolerance
    elementwise: bool = True
    matrices: bool = False
    rated: bool = True
    rests: bool = False
    others: tuple[torch.dtype, ...] = ()
    settable: tuple[Hyperparameter, ...] = ()
    device: torch.device = _CPU

    @classmethod
    def of(
        cls,
        target: Target,
        format: str,  # noqa: A002 - the protocol's word
        tolerance: Tolerance,
        algorithm: Algorithm,
    ) -> Self:
        """Set up a target that can ``build``, with parameters of the named format.

        They are on its ``device``, if it names one.
        """
        build = cast(Build, getattr(target, "build"))  # noqa: B009 - no part of the protocol
        known = {**HYPERPARAMETERS, **{h.name: h for h in algorithm.hyperparameters}}
        takes = target.capabilities
        return cls(
            build,
            getattr(torch, format),
            tolerance,
            elementwise=algorithm.is_elementwise,
            matrices=algorithm.needs_matrices,
            rated=any(alpha in e.rhs.free_symbols for e in algorithm.equations),
            rests=rests(algorithm),
            others=tuple(getattr(torch, f) for f in takes.formats if f != format),
            settable=tuple(known[name] for name in sorted(takes.settable & known.keys())),
            device=torch.device(getattr(target, "device", "cpu")),
        )

    def randn(self, *shapes: tuple[int, ...], seed: int = 0) -> list[torch.Tensor]:
        """Draw normal values, the same ones at every call; a vector may become one row."""
        generator = torch.Generator().manual_seed(_SEED + seed)
        drawn = (torch.randn(shape, generator=generator).to(self.dtype) for shape in shapes)
        return [(x[None] if self.matrices and x.ndim == 1 else x).to(self.device) for x in drawn]

    def start(self, *shapes: tuple[int, ...]) -> list[torch.Tensor]:
        """Draw start values of parameters: small, so that no step is lost to rounding."""
        return [_SMALL * values for values in self.randn(*shapes)]

    def run(
        self,
        parameters: Sequence[torch.Tensor],
        gradients: Sequence[Sequence[torch.Tensor | None]],
        **options: Any,  # noqa: ANN401
    ) -> list[torch.Tensor]:
        """Step copies of ``parameters``, all in one group with these options."""
        copies = leaves(parameters)
        optimizer = self.build([{"params": copies, **options}])
        for row in gradients:
            step(optimizer, copies, row)
        return copies

    def allowance(
        self, parameters: Sequence[torch.Tensor], gradients: Sequence[Sequence[torch.Tensor]]
    ) -> list[torch.Tensor]:
        """Give the tolerance for a run on these values."""
        rows = [[as_array(gradient) for gradient in row] for row in gradients]
        allowed = self.tolerance([as_array(parameter) for parameter in parameters], rows)
        return [torch.as_tensor(np.asarray(each)).to(self.device) for each in allowed]


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of the contract.

    Parameters
    ----------
    id
        Its name.
    title
        The rule in one sentence.
    cites
        Where torch, or its maintainers, state it.
    test
        Tries it: "" if it is kept, else a sentence that says what was found.
    slow
        Why it takes seconds, so that it is tried only when that is asked for; "" if it does not.
    """

    id: str
    title: str
    cites: str
    test: Callable[[TorchBench], str]
    slow: str = ""


def require_none(bench: TorchBench) -> None:
    """Raise NotApplicable if a gradient that is None is not survived, which one clause says."""
    theta = leaves(bench.start((3,), (3,)))
    try:
        step(bench.build(theta), theta, [*bench.randn((3,)), None])
    except Exception as error:
        raise NotApplicable("It does not step beside a gradient that is None.") from error


def learning_rate(optimizer: torch.optim.Optimizer) -> float | torch.Tensor:
    """Read the first group's, as it is kept; raises NotApplicable if it has none."""
    rate: float | torch.Tensor | None = optimizer.param_groups[0].get("lr")
    if rate is None:
        raise NotApplicable("Its parameter groups have no 'lr'.")
    return rate


def set_rate(optimizer: torch.optim.Optimizer, rate: float | torch.Tensor) -> None:
    """Give every group a learning rate; a tensor is changed in place, as schedulers do it."""
    for group in optimizer.param_groups:
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].copy_(torch.as_tensor(rate))
        else:
            group["lr"] = rate
