"""Targets of what steps NumPy arrays: classes, functions, pairs of functions and ready objects."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from optimspec.conformance.protocol import Capabilities
from optimspec.impls.adapters import naming, numpy_snippet
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.call import Call, takes_settings, unwrap
from optimspec.impls.adapters.numpy_session import NumpySession, what_comes_back
from optimspec.impls.adapters.numpy_shape import Shape
from optimspec.impls.adapters.numpy_worker import Arrays, Way
from optimspec.impls.adapters.probing import PROBE, formats_that_step

_FORMATS: Final = ("float64", "float32", "float16")


def adapt(obj: object, args: Mapping[str, object], name: str) -> Adapted | None:
    """Make a target of what steps NumPy arrays.

    Which arguments are parameters, gradients, state and the number of the step is told by their
    names (:data:`~optimspec.impls.adapters.numpy_shape.ROLES`), and what a step returns by trying.

    Parameters
    ----------
    obj
        One of these, or a ``functools.partial`` of one of the first three:

        - a class ``C(parameters, lr=..., ...)`` with a method ``step(gradients)``, or
          ``C(lr=..., ...)`` with a method ``update(parameters, gradients)``;
        - a function ``step(theta, grad, state, lr=..., ...)`` that returns the new parameters and
          the new state, which is None at first; or ``step(theta, grad, lr=..., ...)``;
        - a function ``make(lr=..., ...)`` that returns any of the others or of the next;
        - an object of such a class, ``f(theta, grad)``, or a pair ``(init, update)``: of it each
          run has a copy.
    args
        Keywords for the constructor or function, given always.
    name
        What the user called it, such as ``mine.py:MyAdam``.

    Raises
    ------
    NotATarget
        If it doesn't take ``args``, or needs more. Errors of a constructor that was given nothing
        but parameters propagate.
    """
    found = _way(obj, args, name)
    if found is None:
        return None
    way, call = found
    with call.blamed_for_its_arguments(name):
        first = NumpySession(way, [PROBE], {}, "float64")
    way = replace(way, back=what_comes_back(way))
    own = vars(obj) if way.kind == "ready" and hasattr(obj, "__dict__") else {}
    values = {**naming.read(own, naming.places(own)), **call.values}
    return Adapted(
        name=call.title(name),
        claim=_claim(obj, name, values, {**own, **call.options}),
        capabilities=Capabilities(
            formats=formats_that_step(lambda f: NumpySession(way, [PROBE], {}, f), _FORMATS),
            settable=frozenset(call.where),
            schedulable=frozenset(call.where if way.passed else first.where),
        ),
        hyperparameters=values,
        call=call,
        begin=partial(NumpySession, way),
        again=lambda given: adapt(obj, given, name),
        write=partial(numpy_snippet.write, name, call, way, first.where),
    )


def _way(obj: Any, args: Mapping[str, object], name: str) -> tuple[Way, Call] | None:  # noqa: ANN401
    """How ``obj`` is begun and stepped, and the call in which its hyperparameters are given."""
    inner = unwrap(obj)
    if isinstance(inner, type):
        return _of_class(obj, inner, args, name)
    shape = Shape.of(inner)
    if not inspect.isfunction(inner):
        if shape is None:
            return None
        call = Call.of(lambda: copy.deepcopy(obj), args, name, leading=0)
        return Way("ready", lambda _, __: copy.deepcopy(obj), shape), call
    if shape is not None:
        call = Call.of(obj, args, name, reserved=shape.keywords.values(), leading=0)
        return Way(
            "function", lambda _, __: obj, shape, passed=call.keywords, claim=call.claimed
        ), call
    if not takes_settings(obj, args):
        return None
    call = Call.of(obj, args, name, leading=0)
    with call.blamed_for_its_arguments(name):
        shape = Shape.of(call.function(**call.keywords({})))
    return _alone(call, shape) if shape else None


def _of_class(
    obj: Callable[..., object], cls: type, args: Mapping[str, object], name: str
) -> tuple[Way, Call] | None:
    if Shape.of(cls, has_parameters=True) is None:
        return None
    taken = list(inspect.signature(cls).parameters)
    given = bool(taken) and taken[0] in naming.PARAMETER_LISTS
    shape = Shape.of(cls, has_parameters=given)
    if shape is None:
        return None
    call = Call.of(obj, args, name, leading=int(given))
    if not given:
        return _alone(call, shape)

    def make(parameters: Arrays, hyper: Mapping[str, float]) -> object:
        return call.function(parameters, **call.keywords(hyper))

    return Way("with parameters", make, shape, claim=call.claimed), call


def _alone(call: Call, shape: Shape) -> tuple[Way, Call]:
    """A thing that is made of hyperparameters, and sees parameters when it steps them."""
    return Way(
        "alone", lambda _, h: call.function(**call.keywords(h)), shape, claim=call.claimed
    ), call


def _claim(
    obj: object, name: str, values: Mapping[str, float], options: Mapping[str, object]
) -> str | None:
    """What its own name claims, or else that under which the user found it."""
    inner = unwrap(obj)
    own = getattr(inner, "__name__", type(inner).__name__)
    claims = (naming.claim(each, values, options) for each in (own, name.rpartition(":")[2]))
    return next(filter(None, claims), None)
