"""Entries and specifications explained: what they say, and what an entry changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from optimspec.conformance.describe import specification
from optimspec.conformance.discrepancy import discrepancy
from optimspec.conformance.explain_record import (
    AlgorithmRecord,
    Change,
    EntryRecord,
    Explanation,
    Formula,
    HyperparameterRecord,
    Rewriting,
)
from optimspec.spec import ALGORITHMS, Algorithm, Edit, Entry, Equation, Fault, changes, may_have
from optimspec.spec.catalogue import ENTRIES, hosts_of
from optimspec.spec.plaintext import domain_text, equation_text
from optimspec.spec.typeset import equation_latex


def catalogue(wanted: Callable[[EntryRecord], bool]) -> list[EntryRecord]:
    """The entries of the catalogue that are ``wanted``, those of a category together."""
    return [record for entry in ENTRIES if wanted(record := entry_record(entry))]


def explain_entry(entry: Entry, most: int | None = None) -> Explanation:
    """``entry``, and how large its effect is in each algorithm whose equations show it.

    ``most`` is how many of these are run, which takes a while for each; by default all.
    """
    return Explanation(
        entry=entry_record(entry),
        discrepancies=[
            discrepancy(host, host.edited(entry), title=_title(host))
            for host in hosts_of(entry)[:most]
        ]
        if isinstance(entry, Edit)
        else [],
    )


def explain_algorithm(algorithm: Algorithm) -> AlgorithmRecord:
    """``algorithm`` with its claims, each decided anew, and the entries that concern it."""
    return AlgorithmRecord(
        specification=specification(algorithm, proofs=True),
        equations=[_formula(equation) for equation in algorithm.equations],
        hyperparameters=[
            HyperparameterRecord(
                name=h.name, default=h.default, domain=domain_text(h.domain), meaning=h.meaning
            )
            for h in algorithm.hyperparameters
        ],
        entries=catalogue(lambda entry: algorithm.name in entry.algorithms),
    )


def entry_record(entry: Entry) -> EntryRecord:
    """``entry`` as data; of an edit, what it makes of every algorithm it applies to."""
    edit = entry if isinstance(entry, Edit) else None
    fault = entry if isinstance(entry, Fault) else None
    return EntryRecord(
        id=entry.id,
        kind=entry.kind.value,
        category=entry.category.value,
        statement=entry.statement,
        effect=entry.effect,
        algorithms=_algorithms(entry),
        links=list(entry.links),
        remedy=entry.remedy,
        test=entry.test,
        seen_in=entry.seen_in,
        aliases=list(entry.aliases),
        option=edit.option if edit else "",
        equations=_rewritings(edit) if edit else [],
        specimen=fault.specimen if fault else None,
        caught_by=list(fault.caught_by) if fault else [],
    )


def _algorithms(entry: Entry) -> list[str]:
    """Names of the algorithms it concerns; a fault that is planted may be in any optimizer."""
    if isinstance(entry, Edit):
        return list(dict.fromkeys(host.name for host in hosts_of(entry)))
    if isinstance(entry, Fault) and entry.into:
        return [name for name, algorithm in ALGORITHMS.items() if may_have(algorithm, entry)]
    return [entry.spec] if isinstance(entry, Fault) else list(ALGORITHMS)


def _title(host: Algorithm) -> str:
    """The algorithm's title, with the options that are on."""
    return " with ".join([host.title, *(edit.id for edit in host.edits)])


def _rewritings(edit: Edit) -> list[Rewriting]:
    """What ``edit`` changes, those algorithms together in which it changes the same."""
    found: list[Rewriting] = []
    for host in hosts_of(edit):
        own = [
            Change(variable=lhs.name, before=_shown(old), after=_shown(new))
            for lhs, (old, new) in changes(host, host.edited(edit)).items()
        ]
        same = next((each for each in found if each.changes == own), None)
        if same is None:
            same = Rewriting(titles=[], changes=own)
            found.append(same)
        same.titles.append(_title(host))
    return found


@lru_cache(maxsize=8192)
def _formula(equation: Equation) -> Formula:
    return Formula(text=equation_text(equation), latex=equation_latex(equation))


def _shown(equation: Equation | None) -> Formula | None:
    return None if equation is None else _formula(equation)
