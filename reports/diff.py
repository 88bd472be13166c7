"""What changed between two sets of records."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from optimspec.conformance.record import Record
from optimspec.conformance.visible import one_line
from optimspec.reports.wording import number

SIGNIFICANT: Final = 2.0
"""The factor from which on an error constant has changed: it is a maximum over random cases, and
as such varies with the seed."""

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two judgements of a target.

    Parameters
    ----------
    target, spec
        What was judged against what.
    what
        ``target`` (it appeared or vanished), ``verdict``, ``edits``, ``k <format>`` or
        ``check <id>``; of a census also ``version``, ``formula`` and ``default <setting>``.
    before, after
        As text; None where there was nothing.
    """

    target: str
    spec: str
    what: str
    before: str | None
    after: str | None


def changes(old: Sequence[Record], new: Sequence[Record]) -> list[Change]:
    """Return what changed from ``old`` to ``new``, target by target.

    Targets are paired by name and specification, several of one name in their order. Error
    constants count as changed beyond a factor of :data:`SIGNIFICANT`.
    """
    before, after = _keyed(old), _keyed(new)
    return [
        change
        for key in dict.fromkeys([*before, *after])
        for change in _between(key, before.get(key), after.get(key))
    ]


def render(found: Sequence[Change]) -> str:
    """Return ``found`` as lines of text, grouped by target."""
    if not found:
        return "No change.\n"
    lines = []
    for (target, spec), group in groupby(found, key=lambda c: (c.target, c.spec)):
        lines.append(f"{one_line(target)} ({one_line(spec)})")
        lines.extend(
            f"  {one_line(c.what)}: {_shown(c.before)} -> {_shown(c.after)}" for c in group
        )
    return "\n".join(lines) + "\n"


def _keyed(records: Sequence[Record]) -> dict[_Key, Record]:
    keyed: dict[_Key, Record] = {}
    for record in records:
        same = sum((record.target, record.spec) == key[:2] for key in keyed)
        keyed[record.target, record.spec, same] = record
    return keyed


def _between(key: _Key, old: Record | None, new: Record | None) -> Iterator[Change]:
    target, spec, _ = key
    if old is None or new is None:
        yield Change(target, spec, "target", _verdict(old), _verdict(new))
        return
    yield from of_aspects(target, spec, _aspects(old), _aspects(new))
    yield from of_constants(target, spec, old.error_constants, new.error_constants)


def of_aspects(
    target: str, spec: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    """Return what changed of what is told of a target in words, by name."""
    for what in dict.fromkeys([*before, *after]):
        if before.get(what) != after.get(what):
            yield Change(target, spec, what, before.get(what), after.get(what))


def of_constants(
    target: str, spec: str, before: Mapping[str, float], after: Mapping[str, float]
) -> Iterator[Change]:
    """Return what changed of a target's error constants, by format."""
    for form in dict.fromkeys([*before, *after]):
        k, k_new = before.get(form), after.get(form)
        if _differ(k, k_new):
            yield Change(target, spec, f"k {form}", _figure(k), _figure(k_new))


def _verdict(record: Record | None) -> str | None:
    return None if record is None else record.verdict.value


def _aspects(record: Record) -> Mapping[str, str]:
    edits = record.matched.edits if record.matched else []
    found = "+".join(edit.id for edit in edits) or ("none" if record.matched else "unknown")
    statuses = {f"check {check.id}": check.status.value for check in record.checks}
    return {"verdict": record.verdict.value, "edits": found, **statuses}


def _differ(k: float | None, k_new: float | None) -> bool:
    if k is None or k_new is None:
        return k is not k_new
    if not (math.isfinite(k) and math.isfinite(k_new)):
        return repr(k) != repr(k_new)
    return max(k, k_new) > SIGNIFICANT * min(k, k_new)


def _figure(k: float | None) -> str | None:
    return None if k is None else number(k)


def _shown(text: str | None) -> str:
    return "absent" if text is None else one_line(text)
