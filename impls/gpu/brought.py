"""The evidence that optimizer classes bring, which needs no GPU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from importlib import import_module
from typing import Final

from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.step import Step

CLASSES: Final = (
    "optimspec.impls.cuda:ExecutedAdam",
    "optimspec.impls.triton:ExecutedAdam",
    "optimspec.impls.triton:InterpretedAdam",
)
"""Classes that bring evidence; their AdamW has the same kernels."""

_OF_THE_RUN: Final = "brought.gpu"
"""That a class was not run on a GPU, of which the other steps say more."""


def brought(classes: Iterable[str] = CLASSES) -> Iterator[Finding]:
    """The evidence of each class, and of each rule once."""
    seen: set[str] = set()
    for reference in classes:
        for finding in _of(reference):
            if finding.id not in {*seen, _OF_THE_RUN}:
                seen.add(finding.id)
                yield finding


def _of(reference: str) -> Iterator[Finding]:
    module, _, name = reference.partition(":")
    rule = Rule(f"brought.{reference}", f"What {reference} brings as evidence can be looked at.")
    try:
        for one in getattr(import_module(module), name).optimspec_evidence():
            said = one.message.removeprefix("not run: ")
            shown = replace(one, id=f"brought.{one.id}", message=said)
            yield Finding(**asdict(shown))
    except ModuleNotFoundError as error:
        yield rule.not_run(f"{error.name} is not installed")
    except Exception as error:
        yield rule.found(f"It broke off with {type(error).__name__}: {error}", "")


BROUGHT: Final = Step(
    "brought", "The evidence that optimizer classes bring, which needs no GPU.", 60, (), brought
)
