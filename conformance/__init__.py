"""Judging implementations against specifications.

>>> from optimspec.conformance import check
>>> from optimspec.impls.naive_numpy import NaiveAdam
>>> str(check(NaiveAdam, spec="adam", formats=["float64"]).verdict)
'conforms'

Names are imported when they are asked for: pytest loads the plugin in this package in every
session, and SymPy takes seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimspec.conformance.api import check
    from optimspec.conformance.device import NoDevice
    from optimspec.conformance.load import CannotLoad
    from optimspec.conformance.pytest.checks import parametrize_with_checks
    from optimspec.conformance.record import CheckResult, Record, Status, Verdict
else:
    _MODULES = {
        "CannotLoad": "load",
        "CheckResult": "record",
        "NoDevice": "device",
        "Record": "record",
        "Status": "record",
        "Verdict": "record",
        "check": "api",
        "parametrize_with_checks": "pytest.checks",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


__all__ = [
    "CannotLoad",
    "CheckResult",
    "NoDevice",
    "Record",
    "Status",
    "Verdict",
    "check",
    "parametrize_with_checks",
]
