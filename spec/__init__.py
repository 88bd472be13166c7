"""What the papers say: algorithms as SymPy equations, with their variants, bugs and claims."""

from optimspec.spec.algorithm import Algorithm, Equation, Source, State, StepBound
from optimspec.spec.catalogue import (
    ALGORITHMS,
    EDITS,
    FAULTS,
    algorithm,
    claims_of,
    combinable,
    edits_of,
    hosts_of,
    lookup,
    may_have,
    options_of,
)
from optimspec.spec.claim import Claim, Counterexample, ProofFails, Step
from optimspec.spec.edit import Edit, Insert, Replace, Substitute, changes
from optimspec.spec.entry import Category, Entry, Fault, Kind
from optimspec.spec.equivalence import prove_equivalent
from optimspec.spec.errors import EditDoesNotApply, MalformedAlgorithm, SpecError, UnknownName
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.mutations import mutations_of
from optimspec.spec.task import Task
from optimspec.spec.tasks import TASKS

__all__ = [
    "ALGORITHMS",
    "EDITS",
    "FAULTS",
    "TASKS",
    "Algorithm",
    "Category",
    "Claim",
    "Counterexample",
    "Edit",
    "EditDoesNotApply",
    "Entry",
    "Equation",
    "Fault",
    "Hyperparameter",
    "Insert",
    "Kind",
    "MalformedAlgorithm",
    "ProofFails",
    "Replace",
    "Source",
    "SpecError",
    "State",
    "Step",
    "StepBound",
    "Substitute",
    "Task",
    "UnknownName",
    "algorithm",
    "changes",
    "claims_of",
    "combinable",
    "edits_of",
    "hosts_of",
    "lookup",
    "may_have",
    "mutations_of",
    "options_of",
    "prove_equivalent",
]
