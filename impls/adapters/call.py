"""A callable whose keywords are known by the specifications' names."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Self

from optimspec.conformance.names import Place, spellings, titled
from optimspec.conformance.protocol import NotATarget
from optimspec.impls.adapters.naming import SELECTORS, claim, places, read

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def unwrap(obj: object) -> object:
    """Return what a ``functools.partial`` calls; anything else as it is."""
    return obj.func if isinstance(obj, functools.partial) else obj


def takes_settings(function: Callable[..., object], given: Mapping[str, object]) -> bool:
    """Whether it takes hyperparameters, and needs nothing beside them and ``given``."""
    taken = inspect.signature(function).parameters
    needed = {n for n, p in taken.items() if p.default is p.empty and p.kind in _NAMED}
    where = places(taken)
    return bool(where) and needed <= {place.key for place in where.values()} | given.keys()


@dataclass(frozen=True, slots=True)
class Call:
    """A class or function, some arguments given for good, and where its hyperparameters go.

    Parameters
    ----------
    function
        The callable.
    preset
        Keywords of a ``functools.partial``.
    given
        Keywords that the user gave; like the preset, passed always and never replaced.
    where
        The keyword of each hyperparameter that is not fixed, by spec name.
    values
        The values in effect, by spec name, where the caller gives no others.
    required
        Spec names of those whose keyword has no default.
    open_ended
        Whether the callable takes keywords that its signature doesn't name.
    defaults
        What the keywords that have a default are by themselves.
    claimed
        The specification that the callable's name alone lays claim to.
    """

    function: Callable[..., object]
    preset: Mapping[str, object]
    given: Mapping[str, object]
    where: Mapping[str, Place]
    values: Mapping[str, float]
    required: frozenset[str] = field(default=frozenset())
    open_ended: bool = False
    defaults: Mapping[str, object] = field(default_factory=dict)
    claimed: str | None = None

    @classmethod
    def of(
        cls,
        function: Callable[..., object],
        args: Mapping[str, object],
        name: str,
        reserved: Iterable[str] = (),
        leading: int = 1,
    ) -> Self:
        """Read the signature of ``function``, whose first ``leading`` arguments the adapter gives.

        Raises
        ------
        NotATarget
            If ``args`` has a keyword that ``function`` doesn't take or that is ``reserved`` for
            the adapter, or if an argument that is no hyperparameter has no value.
        """
        signature = inspect.signature(function)
        kinds = [p.kind for p in signature.parameters.values()]
        open_ended = inspect.Parameter.VAR_KEYWORD in kinds
        named = [p for p in list(signature.parameters.values())[leading:] if p.kind in _NAMED]
        takes = [p.name for p in named if p.name not in reserved]
        claimed = claim(getattr(unwrap(function), "__name__", ""))
        if not open_ended:
            _check_known(args, takes, name)
        preset = function.keywords if isinstance(function, functools.partial) else {}
        fixed = {**preset, **args}
        lacking = [p.name for p in named if p.default is p.empty and p.name in takes]
        lacking = [key for key in lacking if key not in fixed]
        everywhere = places(takes, claimed)
        where = {n: place for n, place in everywhere.items() if place.key not in fixed}
        required = frozenset(n for n, place in where.items() if place.key in lacking)
        _check_complete(lacking, {where[n].key for n in required}, name)
        defaults = {
            p.name: p.default for p in named if p.default is not p.empty and p.name in takes
        }
        values = {n: spellings(claimed)[n].value for n in required} | read(
            {**defaults, **fixed}, everywhere
        )
        return cls(function, preset, args, where, values, required, open_ended, defaults, claimed)

    @property
    def fixed(self) -> dict[str, object]:
        """All keywords that are passed always."""
        return {**self.preset, **self.given}

    @property
    def options(self) -> dict[str, object]:
        """The keywords in effect where the caller gives no others."""
        return {**self.defaults, **self.fixed}

    @property
    def flags(self) -> dict[str, bool]:
        """The boolean keywords in effect; one that selects an implementation may be None."""
        options = {
            n: value or False if n in SELECTORS else value for n, value in self.options.items()
        }
        return {n: value for n, value in options.items() if isinstance(value, bool)}

    def toggled(self, flag: str) -> dict[str, object]:
        """What would be given for that flag to be the other way."""
        return {**self.given, flag: not self.flags[flag]}

    def title(self, name: str) -> str:
        """``name`` with the arguments the user gave."""
        return titled(name, self.given)

    def keywords(self, hyper: Mapping[str, float]) -> dict[str, object]:
        """All keywords of a call with these hyperparameters.

        Raises
        ------
        ValueError
            If ``hyper`` names one that cannot be set.
        """
        unknown = sorted(hyper.keys() - self.where.keys())
        if unknown:
            raise ValueError(
                f"Only the hyperparameters {sorted(self.where)} can be set; found {unknown}. "
                "Give only those that the target's capabilities call settable."
            )
        in_effect = {**self.values, **hyper}
        singles: dict[str, object] = {}
        pairs: dict[str, list[float]] = {}
        for name in sorted(self.required | hyper.keys()):
            key, index = self.where[name].key, self.where[name].index
            value = float(in_effect[name])
            if index is None:
                singles[key] = value
            else:
                pairs.setdefault(key, self._pair(key))[index] = value
        # a tensor learning rate is changed in place: the user's own must not be
        fixed = copy.deepcopy(self.fixed)
        return {**singles, **{key: tuple(pair) for key, pair in pairs.items()}, **fixed}

    @contextmanager
    def blamed_for_its_arguments(self, name: str) -> Iterator[None]:
        """Turn an error of a call into NotATarget if the user gave arguments."""
        try:
            yield
        except (Exception, SystemExit) as error:
            if not self.given:
                raise
            given = ", ".join(f"{key}={value!r}" for key, value in self.given.items())
            raise NotATarget(
                f"The constructor must accept the arguments it is given; {name} with {given} "
                f"raised {type(error).__name__}: {error}. Change or leave out --arg."
            ) from error

    def written(self, hyper: Mapping[str, float], *, whole: bool) -> dict[str, object]:
        """Keywords of the call in a program; what cannot be set is left out.

        ``whole`` says that a partial is called by its name there.
        """
        keywords = self.keywords({n: value for n, value in hyper.items() if n in self.where})
        if whole:
            return {k: v for k, v in keywords.items() if k not in self.preset or k in self.given}
        return keywords

    def _pair(self, key: str) -> list[float]:
        names = sorted((p.index or 0, name) for name, p in self.where.items() if p.key == key)
        return [self.values.get(name, spellings(self.claimed)[name].value) for _, name in names]


def _check_known(args: Mapping[str, object], takes: list[str], name: str) -> None:
    for key in args:
        if key not in takes:
            near = get_close_matches(key, takes, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Leave it out."
            raise NotATarget(
                f"An argument must be a keyword of {name}, which takes {', '.join(takes)}; "
                f"found {key!r}. {hint}"
            )


def _check_complete(lacking: list[str], hyperparameters: set[str], name: str) -> None:
    for key in lacking:
        if key not in hyperparameters:
            raise NotATarget(
                f"Every argument of {name} but the parameters and the hyperparameters needs a "
                f"value; found none for {key!r}. Give one: --arg {key}=VALUE."
            )
