"""The language of specifications: an algorithm is a short program of named equations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import sympy
from sympy import Integer

from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.operations import MATRIX_OPERATIONS, TensorOperation, identity, matmul
from optimspec.spec.symbols import Variable, columns, rows
from optimspec.spec.wellformed import require_well_formed

if TYPE_CHECKING:
    from optimspec.spec.edit import Edit


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: a work, the place in it, and a link."""

    work: str
    place: str
    url: str

    def __str__(self) -> str:
        return f"{self.work}, {self.place}"


@dataclass(frozen=True, slots=True)
class State:
    """A variable kept from step to step.

    Parameters
    ----------
    variable
        The variable; it has a value for every element of the parameter, unless it starts as a
        multiple of the identity matrix.
    start
        The value before the first step: from hyperparameters, ``rows`` and ``columns``, and
        ``theta.prev``, which is the parameter's start value.
    meaning
        What it is, in a few words.
    keys
        What it is called in code, likeliest first.
    """

    variable: Variable
    start: sympy.Expr
    meaning: str
    keys: tuple[str, ...] = ()

    @property
    def matrix(self) -> identity | None:
        """The identity matrix that it starts as a multiple of, whose shape it keeps."""
        return next(iter(self.start.atoms(identity)), None)

    def shape(self, parameter: tuple[int, ...]) -> tuple[int, ...]:
        """Its shape, from the parameter's; axes before the last two are the parameter's own."""
        if self.matrix is None:
            return parameter
        *_, height, width = (1, 1, *parameter)
        size = int(self.matrix.args[0].xreplace({rows: Integer(height), columns: Integer(width)}))
        return (*parameter[:-2], size, size)


@dataclass(frozen=True, slots=True)
class Equation:
    """``lhs = rhs``, one line of an algorithm.

    Parameters
    ----------
    lhs
        The variable defined.
    rhs
        Its value from inputs, hyperparameters, previous state and variables defined above.
    meaning
        The paper's words for the line.
    place
        Where the source has it, if not where the algorithm as a whole is.
    """

    lhs: Variable
    rhs: sympy.Expr
    meaning: str
    place: str = ""


@lru_cache(maxsize=8192)
def _operations(expression: sympy.Expr) -> frozenset[type]:
    """The operations of an expression that are not elementwise."""
    return frozenset(map(type, expression.atoms(TensorOperation)))


@dataclass(frozen=True, slots=True)
class StepBound:
    """The theorem ``|theta_t - theta_{t-1}| <= alpha * bound``, and who attains it.

    Parameters
    ----------
    bound
        B_t, from hyperparameters and ``t``.
    attained_by
        The gradient at step ``i`` (``optimspec.spec.symbols.index``) of a sequence of ``t``
        steps whose last update has exactly this size when eps = 0.
    survives
        Ids of the edits under which the theorem still holds.
    """

    bound: sympy.Expr
    attained_by: sympy.Expr
    survives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An optimizer: the equations of one step, in the order and symbols of their source.

    The last equation defines ``theta``. Equations act elementwise on tensors of one shape, but for
    the operations of ``optimspec.spec.operations``.

    Parameters
    ----------
    name
        Lower-case words joined by hyphens.
    title
        Its name as its authors write it.
    source
        Where its equations are stated.
    hyperparameters, state, equations
        What the user sets, what is kept between steps, and one step.
    step_bound
        How long a step can be, where there is a theorem on it.
    names
        What classes and functions that implement it are called, besides ``name``: ``RMSprop``.
    edits
        The edits that made it of a specification.

    Raises
    ------
    MalformedAlgorithm
        If an equation uses a symbol that no input, hyperparameter, state variable or earlier
        equation defines, or has no value, or its operands' shapes do not fit, or ``theta`` is
        not defined last.
    """

    name: str
    title: str
    source: Source
    hyperparameters: tuple[Hyperparameter, ...]
    state: tuple[State, ...]
    equations: tuple[Equation, ...]
    step_bound: StepBound | None = None
    names: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = field(default=())

    def __post_init__(self) -> None:
        require_well_formed(self)

    def __getitem__(self, lhs: Variable) -> Equation:
        """Return the equation that defines ``lhs``; KeyError if there is none."""
        for equation in self.equations:
            if equation.lhs == lhs:
                return equation
        raise KeyError(lhs)

    def edited(self, *edits: Edit) -> Algorithm:
        """Return this algorithm with ``edits`` made, in order.

        Raises
        ------
        EditDoesNotApply
            If an edit's pattern does not occur in the equations.
        """
        result = self
        for edit in edits:
            result = edit.apply(result)
        return result

    def renamed(
        self, name: str, title: str, source: Source, *, names: tuple[str, ...] = ()
    ) -> Algorithm:
        """Return this algorithm as a specification of its own, its edits being its definition."""
        return replace(self, name=name, title=title, source=source, names=names, edits=())

    @property
    def is_elementwise(self) -> bool:
        """Whether no element of the result depends on another element's inputs."""
        return not any(_operations(e.rhs) for e in self.equations)

    @property
    def needs_matrices(self) -> bool:
        """Whether parameters must have two axes."""
        return any(_operations(e.rhs) & MATRIX_OPERATIONS for e in self.equations)

    @property
    def multiplies_matrices(self) -> bool:
        """Whether it takes a product of two matrices."""
        return any(matmul in _operations(e.rhs) for e in self.equations)

    @property
    def defaults(self) -> dict[str, float]:
        """The hyperparameters' defaults, each rounded to the nearest double."""
        return {h.name: float(h.value) for h in self.hyperparameters}
