"""The specifications made executable: arithmetics, certified truth and error bounds."""

from optimspec.reference.arithmetics import Ball, Float64, Multiprecision, Rounded
from optimspec.reference.bounds import Bounded, Bounds
from optimspec.reference.experiment import Experiment
from optimspec.reference.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Array, Format
from optimspec.reference.limits import error_limit
from optimspec.reference.program import Arithmetic, Program, lower
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
    "Format",
    "Multiprecision",
    "Program",
    "Rounded",
    "Trajectory",
    "TruthUndecided",
    "error_limit",
    "lower",
    "run",
    "truth",
]
