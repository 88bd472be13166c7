"""The language of specifications: an algorithm is a short program of named equations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import sympy

from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.operations import MATRIX_OPERATIONS, TensorOperation, matmul
from optimspec.spec.symbols import INPUTS, Variable, columns, rows, theta

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
class Hyperparameter:
    """A scalar the user sets.

    Parameters
    ----------
    symbol
        Its symbol in the equations.
    default
        The paper's recommended value, written as a decimal string so that it stays exact.
    domain
        The values for which the algorithm is defined.
    meaning
        What it is, in a few words.
    usual
        What the curated cases take that say nothing else; the target's own value if empty.
    tried
        What a search for a counterexample tries, the plainest value first; none if it keeps the
        target's value.
    decades
        The powers of ten between which random values are drawn, if any; for a share, that of 1
        minus the value.
    exact, changed
        Two telling values, the first of them exact in binary: what a curated case takes from the
        start, and what another takes in the middle of its run.
    keys
        What it is called in code, likeliest first.
    pair
        The keyword and the index under which it is kept if it comes together with others.
    """

    symbol: sympy.Symbol
    default: str
    domain: sympy.Set
    meaning: str
    usual: str = ""
    tried: tuple[str, ...] = ()
    decades: tuple[int, int] | None = None
    exact: str = ""
    changed: str = ""
    keys: tuple[str, ...] = ()
    pair: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        """The symbol's name."""
        return str(self.symbol.name)

    @property
    def value(self) -> sympy.Rational:
        """The default as an exact rational."""
        return sympy.Rational(self.default)

    @property
    def is_share(self) -> bool:
        """Whether its values end at 1, as those of a decay rate do."""
        return bool(self.domain.sup == 1)

    @property
    def may_vanish(self) -> bool:
        """Whether 0 is in its domain."""
        return 0 in self.domain


@dataclass(frozen=True, slots=True)
class State:
    """A variable kept from step to step.

    Parameters
    ----------
    variable
        The variable; it has a value for every element of the parameter.
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


_UNDEFINED: Final = frozenset({sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I})


@lru_cache(maxsize=8192)
def _symbols(expression: sympy.Expr) -> frozenset[sympy.Basic]:
    """The symbols of an expression, and what stands in it for no number at all."""
    return frozenset(expression.atoms(sympy.Symbol, *map(type, _UNDEFINED))) & (
        expression.free_symbols | _UNDEFINED
    )


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
        equation defines, or has no value, or ``theta`` is not defined last.
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
        known = set(INPUTS) | {h.symbol for h in self.hyperparameters}
        known |= {s.variable.prev for s in self.state}
        for equation in self.equations:
            symbols = _symbols(equation.rhs)
            if symbols & _UNDEFINED:
                raise MalformedAlgorithm(
                    f"Every equation must have a value: the one for {equation.lhs} in {self.name} "
                    f"is {equation.rhs}. Divide by nothing that is always zero."
                )
            unknown = symbols - known
            if unknown:
                names = ", ".join(sorted(str(symbol) for symbol in unknown))
                raise MalformedAlgorithm(
                    f"Every symbol must be defined before it is used: the equation for "
                    f"{equation.lhs} in {self.name} uses {names}. Define it above, or add it to "
                    f"the state or the hyperparameters."
                )
            known.add(equation.lhs)
        given = {rows, columns, theta.prev} | {h.symbol for h in self.hyperparameters}
        for kept in self.state:
            if unknown := kept.start.free_symbols - given:
                raise MalformedAlgorithm(
                    f"A start value must be made of hyperparameters and the parameter: that of "
                    f"{kept.variable} in {self.name} uses {', '.join(sorted(map(str, unknown)))}."
                )
        undefined = [s.variable.name for s in self.state if s.variable not in known]
        if undefined:
            raise MalformedAlgorithm(
                f"Every state variable needs an equation: {self.name} has none for {undefined}."
            )
        if not self.equations or self.equations[-1].lhs != theta:
            raise MalformedAlgorithm(f"The last equation of {self.name} must define theta.")

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
