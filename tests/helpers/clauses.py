"""Trying clauses of torch's contract on optimizers."""

from collections.abc import Sequence
from types import new_class

import numpy as np

from optimspec.conformance.checks.torch_contract import CLAUSES, NotApplicable, TorchBench
from optimspec.conformance.observe import describe
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.torch_optimizer import adapt
from optimspec.impls.naive_torch import NaiveAdam
from optimspec.spec import ALGORITHMS


def tolerance(theta0: Sequence[Array], gradients: Sequence[Sequence[Array]]) -> list[Array]:
    """Stand in for the derived bound: parameters here are below 1, runs below ten steps."""
    return [np.full(np.shape(theta), 100 * np.finfo(np.float64).eps) for theta in theta0]


def bench(cls: object, spec: str = "adam", **args: object) -> TorchBench:
    target = adapt(cls, args, "module:Class")
    assert target is not None
    return TorchBench.of(target, "float64", tolerance, ALGORITHMS[spec])


def planted(mixin: type, host: type = NaiveAdam) -> type:
    return new_class("Broken", (mixin, host))


def breaches(made: TorchBench) -> dict[str, str]:
    """What was found, by the ids of the clauses that are broken; slow ones are left out."""
    found = {}
    for clause in CLAUSES:
        if clause.slow:
            continue
        try:
            found[clause.id] = clause.test(made)
        except NotApplicable:
            continue
        except Exception as error:
            found[clause.id] = describe(error)
    return {clause: sentence for clause, sentence in found.items() if sentence}
