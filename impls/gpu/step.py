"""A step of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from optimspec.impls.gpu.finding import Finding, Rule


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the run.

    Parameters
    ----------
    name
        By which it is chosen, or by what of it stands before a dot; the ids of its findings begin
        with it.
    about
        What it looks at, in a sentence.
    seconds
        What is set aside for it on one data-centre GPU; an estimate.
    rules
        What it looks at that needs a GPU: where there is none, these were not run.
    run
        Makes the findings.
    """

    name: str
    about: str
    seconds: int
    rules: Sequence[Rule]
    run: Callable[[], Iterator[Finding]]

    def findings(self, absent: str) -> Iterator[Finding]:
        """What it finds; ``absent`` says why there is no GPU, or is ""."""
        if absent and self.rules:
            yield from (rule.not_run(f"GPU: not run, {absent}") for rule in self.rules)
        else:
            yield from self.whole(self.run)

    def whole(self, run: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        """What ``run`` finds; if it breaks off, that too, and every rule it has not looked at."""
        left = {rule.id: rule for rule in self.rules}
        why = "the step did not look at it"
        try:
            for finding in run():
                left.pop(finding.id, None)
                yield finding
        except Exception as error:
            why = "the step broke off before"
            broken = Rule(f"{self.name}.whole", "The step comes to its end.")
            yield broken.found(f"It broke off with {type(error).__name__}: {error}", "")
        yield from (rule.not_run(f"{why}") for rule in left.values())
