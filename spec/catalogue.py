"""What the suite knows by name: algorithms, and the edits that apply to each."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from sympy import Add

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.claim import Claim
from optimspec.spec.discover import defined, modules
from optimspec.spec.edit import Edit
from optimspec.spec.entry import Category, Entry, Fault, Kind
from optimspec.spec.errors import UnknownName
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import g, theta

ALGORITHMS: Final[Mapping[str, Algorithm]] = {
    a.name: a for a in sorted(defined("optimspec.spec.algorithms", Algorithm), key=lambda a: a.name)
}
"""Every specification that a module in ``spec/algorithms`` defines, by name."""


@cache
def _claims() -> Mapping[str, tuple[Claim, ...]]:
    """The claims about each algorithm; several modules may have some about one.

    Built when first asked for: most work needs none, and they take long.
    """
    gathered: dict[str, tuple[Claim, ...]] = {}
    for module in modules("optimspec.spec.claims"):
        for name, claims in getattr(module, "CLAIMS", {}).items():
            gathered[name] = (*gathered.get(name, ()), *claims)
    return gathered


ENTRIES: Final[tuple[Entry, ...]] = tuple(
    sorted(
        defined("optimspec.spec.known", Entry),
        key=lambda entry: list(Category).index(entry.category),
    )
)
"""All entries, those of a category together: edits are combined in this order."""

EDITS: Final[Mapping[str, Edit]] = {e.id: e for e in ENTRIES if isinstance(e, Edit)}
"""Variants and bugs that are changes of equations, in the order in which they combine."""

FAULTS: Final[Mapping[str, Fault]] = {e.id: e for e in ENTRIES if isinstance(e, Fault)}
"""Those that equations do not show."""

HYPERPARAMETERS: Final[Mapping[str, Hyperparameter]] = {
    h.name: h
    for owned in (
        *(edit.hyperparameters for edit in EDITS.values()),
        *(algorithm.hyperparameters for algorithm in ALGORITHMS.values()),
    )
    for h in owned
}
"""Every scalar that an algorithm or an edit has, with the values worth running it on."""

_NAMES: Final[Mapping[str, Entry]] = {
    name: entry for entry in ENTRIES for name in (entry.id, *entry.aliases)
}


@lru_cache(maxsize=512)
def edits_of(algorithm: Algorithm) -> tuple[Edit, ...]:
    """The variants and known bugs of ``algorithm``, in the order in which they combine."""
    return tuple(edit for edit in EDITS.values() if edit.applies_to(algorithm))


def admits(algorithm: Algorithm, name: str, value: float) -> bool:
    """Whether a hyperparameter of ``algorithm`` or of its edits may have a value."""
    edits = (h for edit in edits_of(algorithm) for h in edit.hyperparameters)
    return all(h.admits(value) for h in (*algorithm.hyperparameters, *edits) if h.name == name)


def options_of(algorithm: Algorithm) -> tuple[Edit, ...]:
    """The edits that libraries offer by an argument, as somebody means them."""
    return tuple(e for e in edits_of(algorithm) if e.option and e.kind is not Kind.BUG)


@lru_cache(maxsize=128)
def combinable(algorithm: Algorithm) -> Mapping[Edit, Edit | None]:
    """The edits of ``algorithm``, and those that one of its options makes possible, with that."""
    found: dict[Edit, Edit | None] = {}
    for edit in EDITS.values():
        if edit.applies_to(algorithm):
            found[edit] = None
        else:
            with_option = (o for o in options_of(algorithm) if edit.applies_to(algorithm.edited(o)))
            found.update((edit, option) for option in islice(with_option, 1))
    return found


def hosts_of(edit: Edit) -> tuple[Algorithm, ...]:
    """The algorithms that ``edit`` applies to; where there is none, those with one option on.

    Adam comes first: it is what most entries are reported of, and whose sizes they state.
    """
    known = sorted(ALGORITHMS.values(), key=lambda a: a.name != "adam")
    plain = tuple(a for a in known if edit.applies_to(a))
    return plain or tuple(
        host
        for algorithm in known
        for option in options_of(algorithm)
        if edit.applies_to(host := algorithm.edited(option))
    )


def may_have(algorithm: Algorithm, fault: Fault) -> bool:
    """Whether an implementation of ``algorithm`` can have a fault that is planted."""
    scalars = algorithm.hyperparameters
    named = {name for h in scalars for name in (h.name, *h.keys)}
    named |= {s.name for e in algorithm.equations for s in e.rhs.free_symbols}
    named |= {edit.option for edit in options_of(algorithm)}
    named |= {"state"} if algorithm.state else set()
    named |= {"moment"} if _gathers(algorithm) else set()
    return all(
        need in named
        if isinstance(need, str)
        else any(e.rhs.has(need) for e in algorithm.equations)
        for need in fault.needs
    )


def _gathers(algorithm: Algorithm) -> bool:
    """Whether gradients are added to what is kept, but for what starts as the parameter."""
    kept = [s.variable for s in algorithm.state if not s.start.has(theta.prev)]
    sums = {e.lhs: e.rhs.atoms(Add) for e in algorithm.equations}
    return any(each.has(g) and each.has(x.prev) for x in kept for each in sums.get(x, ()))


def claims_of(algorithm: Algorithm) -> tuple[Claim, ...]:
    """Return the claims about ``algorithm``; there are none about one that has edits."""
    return () if algorithm.edits else _claims().get(algorithm.name, ())


def algorithm(name: str) -> Algorithm:
    """The algorithm called ``name``.

    Raises
    ------
    UnknownName
        With the nearest known name as a remedy.
    """
    found = ALGORITHMS.get(name.lower())
    if found is None:
        raise UnknownName(_unknown("specification", name, list(ALGORITHMS)))
    return found


def lookup(name: str) -> Algorithm | Entry:
    """The algorithm, variant or bug called ``name``; raises UnknownName."""
    found = ALGORITHMS.get(name.lower()) or _NAMES.get(name.lower())
    if found is None:
        raise UnknownName(_unknown("specification, variant or bug", name, [*ALGORITHMS, *_NAMES]))
    return found


def _unknown(kind: str, name: str, names: list[str]) -> str:
    near = get_close_matches(name.lower(), names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "`optimspec list` shows the names."
    return f"There is no {kind} called {name!r}. {hint}"
