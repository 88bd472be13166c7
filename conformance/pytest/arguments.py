"""What tests ask for, refused where they are collected if it is not what it must be.

A string is a sequence of its letters, and pytest skips a test that is parametrized with nothing:
without this, a slip would leave a session green in which nothing was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from optimspec.conformance.pytest.families import family_of

FORMATS: Final = ("float64", "float32", "bfloat16", "float16")
"""The names of the formats, whose import takes seconds."""

Expected = Mapping[str, str]
"""Reasons by the id of a result, or the name of a check, that is expected to fail."""


def require_targets(targets: Sequence[object]) -> None:
    """Raise TypeError unless targets are a list, and ValueError if it is empty."""
    if not _is_list(targets):
        raise TypeError(f"targets is a list; write [{_written(targets)}].")
    if not targets:
        raise ValueError("targets is a list of what is judged; found none in it: name one or more.")


def formats_of(formats: Sequence[str]) -> tuple[str, ...]:
    """Formats as given; raises TypeError if they are no list, and ValueError for unknown ones."""
    if not _is_list(formats):
        raise TypeError(f"formats is a list; write [{_written(formats)}].")
    for name in formats:
        if name not in FORMATS:
            raise ValueError(f"formats takes {', '.join(FORMATS)}; found {name!r}.")
    return tuple(formats)


def expected_of(
    target: object,
    expected_failed: Expected | Callable[[object], Expected] | None,
    families: Sequence[str],
) -> dict[str, str]:
    """What is expected of a target to fail in ``families``, with the reasons.

    Raises
    ------
    TypeError
        If it is no dictionary.
    ValueError
        If it names a check that there is not, or gives no reason.
    """
    expected = expected_failed(target) if callable(expected_failed) else expected_failed
    if expected is None:
        return {}
    if not isinstance(expected, Mapping):
        raise TypeError(
            f"expected_failed gives reasons by id; found {expected!r}: write {{'formula': 'why'}}."
        )
    for id_, reason in expected.items():
        _require_known(id_, families)
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(
                f"expected_failed gives a reason for each id; found {reason!r} for {id_!r}: "
                "say why it fails."
            )
    return dict(expected)


def _is_list(given: object) -> bool:
    return isinstance(given, Sequence) and not isinstance(given, str)


def _written(given: object) -> str:
    """How something that stands alone is written in a list."""
    return repr(given) if isinstance(given, str) else getattr(given, "__name__", "...")


def _require_known(id_: object, families: Sequence[str]) -> None:
    if not isinstance(id_, str) or family_of(id_) not in families:
        near = get_close_matches(str(id_).split(".")[0], families, n=1, cutoff=0)[0]
        raise ValueError(
            f"expected_failed takes ids that begin with the name of a check; found {id_!r}. "
            f"Did you mean {near!r}? `optimspec list checks` has them all."
        )
