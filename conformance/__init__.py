"""Judging implementations against specifications.

>>> from optimspec.conformance import check
>>> from optimspec.impls.naive_numpy import NaiveAdam
>>> str(check(NaiveAdam, spec="adam", formats=["float64"]).verdict)
'conforms'
"""

from optimspec.conformance.api import check
from optimspec.conformance.device import NoDevice
from optimspec.conformance.load import CannotLoad, load
from optimspec.conformance.record import CheckResult, Record, Status, Verdict

__all__ = [
    "CannotLoad",
    "CheckResult",
    "NoDevice",
    "Record",
    "Status",
    "Verdict",
    "check",
    "load",
]
