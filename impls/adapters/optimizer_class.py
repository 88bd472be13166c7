"""Targets of classes whose objects step what they are given: the part that frameworks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from optimspec.conformance.names import Place
from optimspec.conformance.protocol import Capabilities, Experiment
from optimspec.impls.adapters import naming
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.call import Call, unwrap
from optimspec.impls.adapters.probing import PROBE, formats_that_step


def adapted(
    obj: Any,  # noqa: ANN401
    args: Mapping[str, object],
    name: str,
    *,
    session: Callable[..., Any],
    flushed: frozenset[str],
    write: Callable[[str, Call, Mapping[str, Place], Experiment], str],
) -> Adapted:
    """Make a target of a class, or of a ``functools.partial`` of it.

    Parameters
    ----------
    obj, args, name
        As an adapter is given them.
    session
        Starts a session, of the call, parameters, hyperparameters and a format; its ``where`` has
        the places of what can be changed.
    flushed
        The formats in which the framework takes subnormal numbers for zero.
    write
        Writes a run as a program, of the name, the call and these places.

    Raises
    ------
    NotATarget
        If the constructor doesn't take ``args``, or needs more.
    """
    call = Call.of(obj, args, name, leading=0)
    begin = partial(session, call)
    with call.blamed_for_its_arguments(name):
        where = begin([PROBE], {}, "float32").where

    def again(given: Mapping[str, object]) -> Adapted:
        return adapted(obj, given, name, session=session, flushed=flushed, write=write)

    return Adapted(
        name=call.title(name),
        claim=naming.claim(getattr(unwrap(obj), "__name__", ""), call.values, call.options),
        capabilities=Capabilities(
            formats=formats_that_step(lambda f: begin([PROBE], {}, f)),
            settable=frozenset(call.where),
            schedulable=frozenset(where),
            flushed=flushed,
        ),
        hyperparameters=call.values,
        call=call,
        begin=begin,
        again=again,
        write=partial(write, name, call, where),
    )


def places_of(optimizer: object, call: Call) -> dict[str, Place]:
    """Find the attributes in which an optimizer that ``call`` made keeps hyperparameters."""
    keys = (*call.options, *(place.key for place in call.where.values()))
    attributes = {key: getattr(optimizer, key, None) for key in keys}
    where = naming.places(attributes, call.claimed)
    return {name: where[name] for name in naming.read(attributes, where)}
