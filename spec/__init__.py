"""What the papers say: algorithms as SymPy equations, with their variants, bugs and claims."""

from optimspec.spec.algorithm import Algorithm, Equation, Hyperparameter, Source, State, StepBound
from optimspec.spec.catalogue import ALGORITHMS, EDITS, algorithm, edits_of, lookup
from optimspec.spec.edit import Edit, Insert, Kind, Replace, Substitute, changes
from optimspec.spec.errors import EditDoesNotApply, MalformedAlgorithm, SpecError, UnknownName

__all__ = [
    "ALGORITHMS",
    "EDITS",
    "Algorithm",
    "Edit",
    "EditDoesNotApply",
    "Equation",
    "Hyperparameter",
    "Insert",
    "Kind",
    "MalformedAlgorithm",
    "Replace",
    "Source",
    "SpecError",
    "State",
    "StepBound",
    "Substitute",
    "UnknownName",
    "algorithm",
    "changes",
    "edits_of",
    "lookup",
]
