"""The specifications made executable: arithmetics, certified truth and error bounds."""

from optimspec.reference.arithmetic import Arithmetic
from optimspec.reference.arithmetics import Float64, Rounded
from optimspec.reference.bounded import Bounded
from optimspec.reference.bounds import Bounds
from optimspec.reference.exact import Ball, Multiprecision
from optimspec.reference.experiment import Experiment, as_matrix
from optimspec.reference.followed import Followed
from optimspec.reference.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Array, Format
from optimspec.reference.limits import error_limit
from optimspec.reference.program import Program, lower
from optimspec.reference.trajectory import Trajectory, run
from optimspec.reference.truth import TruthUndecided, truth

__all__ = [
    "BFLOAT16",
    "FLOAT16",
    "FLOAT32",
    "FLOAT64",
    "FORMATS",
    "Arithmetic",
    "Array",
    "Ball",
    "Bounded",
    "Bounds",
    "Experiment",
    "Float64",
    "Followed",
    "Format",
    "Multiprecision",
    "Program",
    "Rounded",
    "Trajectory",
    "TruthUndecided",
    "as_matrix",
    "error_limit",
    "lower",
    "run",
    "truth",
]
