"""Does every option that the target takes act as documented?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product
from typing import Final

from optimspec.conformance.allowance import Loss
from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.rule import UNKNOWN, Rule
from optimspec.conformance.explains import explained
from optimspec.conformance.identify import identify
from optimspec.conformance.observe import Observation
from optimspec.conformance.promised import SPELLINGS, switched
from optimspec.conformance.protocol import NotATarget, Target, Toggles
from optimspec.conformance.record import CheckResult, Status
from optimspec.conformance.screen import TELLING
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, Edit, Kind, SpecError, options_of

IMPLEMENTATIONS: Final = frozenset({"foreach", "fused", "capturable", "differentiable"})
"""Flags by which torch selects an implementation: the formula stays as it is."""

EXCHANGES: Final = frozenset({"decoupled_weight_decay", "adam_w_mode"})
"""Flags that choose between the documented meanings of another option."""

SOURCE: Final = "https://github.com/bitsandbytes-foundation/bitsandbytes/issues/2010"
"""An option that is taken and does nothing."""

_NO_PLACE: Final = "What the target computes leaves no place for it."

CASES: Final = (*TELLING, "decaying", "normal")
"""Short cases on which every documented option shows; AMSGrad needs gradients that shrink."""


def options(bench: Bench) -> Iterator[CheckResult]:
    """Options that the target takes are switched: each must act, and as documented."""
    matched = bench.matched
    if matched is None:
        yield _rule("all").skipped(UNKNOWN)
        return
    plain, decay = _known(bench)[matched.name], None
    for option, edits in _numeric(bench, matched):
        expected = [made for edit in edits for made in switched(plain, matched, edit)]
        if not expected:
            yield _rule(option).skipped(_NO_PLACE)
            continue
        result, found = _judged(bench, bench.target, option, f"{option} > 0", expected)
        decay = found if option == "weight_decay" else decay
        yield result
    base = decay or matched
    flags = bench.target.flags if isinstance(bench.target, Toggles) else {}
    for flag, value in flags.items():
        given = f"{flag}={not value}"
        try:
            target = bench.target.toggled(flag)  # type: ignore[attr-defined]
        except NotATarget as problem:
            yield _rule(flag).skipped(f"It refuses {given}: {problem}")
            continue
        meanings = _meanings(plain, base, flag)
        if meanings is None:
            yield _rule(flag).skipped(_NO_PLACE)
            continue
        meanings = meanings or _claimed(bench, target, base)
        yield _judged(bench, target, flag, given, meanings, base)[0]


def _known(bench: Bench) -> Mapping[str, Algorithm]:
    """Every specification by name; the one that is claimed may be from a file."""
    return {**ALGORITHMS, bench.claimed.name: bench.claimed}


def _rule(option: str) -> Rule:
    what = "Every option" if option == "all" else f"The option {option}"
    return Rule(
        f"option.{option}",
        f"{what} acts, and as documented.",
        SOURCE,
    )


def _numeric(bench: Bench, matched: Algorithm) -> Iterator[tuple[str, list[Edit]]]:
    """The options that are numbers and off, such as weight decay, with what each may mean."""
    off = bench.target.capabilities.settable - matched.defaults.keys()
    for name in sorted(off):
        edits = [e for e in options_of(matched) if name in {h.name for h in e.hyperparameters}]
        if edits and edits[0].option:
            yield edits[0].option, edits


def _meanings(plain: Algorithm, base: Algorithm, flag: str) -> list[Algorithm] | None:
    """What the target may compute with a flag the other way, as far as anybody says.

    ``base`` is what it computes now, ``plain`` that without edits. None, if what it computes leaves
    no place for anything that the flag may mean.
    """
    if flag in IMPLEMENTATIONS:
        return [base]
    option = SPELLINGS.get(flag, flag)
    on = [edit for edit in base.edits if edit.option == option]
    known = [e for e in options_of(plain) if e.option == option]
    if flag in EXCHANGES:
        pairs = [(old, new) for old in on for new in known if new != old]
        made = [
            last
            for old, new in pairs
            for one in switched(plain, base, old)
            for last in switched(plain, one, new)
        ]
        return made if made or not pairs else None
    made = [one for edit in on or known for one in switched(plain, base, edit)]
    return made if made or not (on or known) else None


def _claimed(bench: Bench, target: Target, base: Algorithm) -> list[Algorithm]:
    """What the target claims to be with an option, if that is another algorithm.

    What another option was found to mean may be one of several things that are the same without
    this one: both kinds of weight decay are in SGD without momentum.
    """
    claim = ALGORITHMS.get(target.claim or "")
    if claim is None or target.claim == bench.target.claim:
        return []
    options = [edit for edit in options_of(claim) if edit.option]
    alike = [
        [other for other in options if other.option == edit.option] or [edit]
        for edit in base.edits
        if edit.applies_to(claim)
    ]
    made = []
    for chosen in product(*alike):
        with suppress(SpecError):
            made.append(claim.edited(*chosen))
    return made


def _judged(
    bench: Bench,
    target: Target,
    option: str,
    given: str,
    expected: Sequence[Algorithm],
    without: Algorithm | None = None,
) -> tuple[CheckResult, Algorithm | None]:
    """The result for one option, and which of the expected algorithms it makes of the target.

    ``given`` is how the option was set, ``without`` what the target computes without it; by
    default what it was found to compute.
    """
    rule, before = _rule(option), without or bench.matched
    assert before is not None
    changed = Bench(target, (expected or [before])[0], (bench.finest,), bench.seed)
    runs = [changed.observe(case.experiment) for case in _cases(changed)]
    finished = [run for run in runs if not run.failure]
    if not finished:
        why = runs[0].failure if runs else "it takes none of the formats"
        return rule.skipped(f"It refuses {given}: {why}"), None
    found = next((a for a in expected if _fits(a, finished, bench.loss)), None)
    if found is not None:
        return rule.result(Status.PASS, f"{given} gives {_named(found)}."), found
    if _fits(before, finished, bench.loss):
        acts = f"{given} changes nothing: it still computes {_named(before)}."
        return (rule.result(Status.FAIL, acts) if expected else rule.skipped(acts)), None
    known = _known(bench)
    documented = (v for a in expected for v in _variants(known[a.name], a))
    found = next((v for v in documented if _fits(v, finished, bench.loss)), None)
    if found is not None:
        return rule.result(Status.PASS, f"{given} gives {_named(found)}, all documented."), found
    names = dict.fromkeys(a.name for a in (*expected, before))
    identified = identify(changed, [known[name] for name in (names if expected else known)])
    computes = _named(identified.algorithm) if identified else "no known form of it"
    message = f"With {given} it computes {computes}"
    if expected:
        should = " or ".join(map(_named, expected))
        return rule.result(Status.FAIL, f"{message}; it should be {should}."), None
    return rule.skipped(f"{message}; nobody says what {option} should do."), None


def _cases(bench: Bench) -> list[Case]:
    return [case for name in CASES if (case := bench.case(name, bench.finest))]


def _fits(algorithm: Algorithm, runs: Sequence[Observation], loss: Loss | None) -> bool:
    return all(explained(algorithm, run, loss) for run in runs)


def _variants(plain: Algorithm, meant: Algorithm) -> Iterator[Algorithm]:
    """What was meant, with one documented variant beside it that is no option and no number."""
    for edit in EDITS.values():
        is_dialect = edit.kind is Kind.VARIANT and not edit.option and not edit.hyperparameters
        if is_dialect and edit.applies_to(meant) and edit not in meant.edits:
            yield from switched(plain, meant, edit)


def _named(algorithm: Algorithm) -> str:
    edits = ", ".join(edit.id for edit in algorithm.edits)
    return f"{algorithm.title} with {edits}" if edits else algorithm.title
