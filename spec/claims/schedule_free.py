"""What the schedule-free methods average, though they never compute the average."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sympy import Integer, Symbol
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.schedule_free import (
    SCHEDULE_FREE_ADAMW,
    SCHEDULE_FREE_SGD,
    alpha_max,
    c,
    w_sum,
    z,
)
from optimspec.spec.claim import Claim, Step, equal
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.symbols import Variable, beta1, mu, t, theta

x: Final = Variable("x")
S: Final = Variable("S")

PAPER: Final = Source(
    "Defazio et al., The Road Less Scheduled, arXiv:2405.15682",
    "equations (3) to (5)",
    "https://arxiv.org/abs/2405.15682",
)

_AVERAGE: Final = (1 - c) * x.prev + c * z
_SHARE: Final = alpha_max**2 / w_sum


def _beside(algorithm: Algorithm) -> Algorithm:
    """The algorithm with the average x and the weighted sum S of all z beside; alpha positive."""
    kept = (State(x, theta.prev, "average"), State(S, Integer(0), "weighted sum of all z"))
    own = (
        Equation(x, _AVERAGE, "average of all z"),
        Equation(S, S.prev + alpha_max**2 * z, "weighted sum of all z"),
    )
    equations = (
        replace(e, rhs=_SHARE) if e.lhs == c else e for e in (*algorithm.equations[:-1], *own)
    )
    last = algorithm.equations[-1]
    return replace(algorithm, state=(*algorithm.state, *kept), equations=(*equations, last))


@dataclass(frozen=True)
class _Always:
    """A claim that what holds at first, and after a step if before it, always holds.

    ``start`` and ``then`` are what is said and the formula, ``used`` the variables whose
    recurrences are put into it.
    """

    id: str
    statement: str
    start: tuple[str, Boolean]
    then: tuple[str, Implies]
    used: tuple[Variable, ...]

    def about(self, algorithm: Algorithm) -> Claim:
        """The claim about an algorithm with x and S beside."""
        defined = [equal(v, algorithm[v].rhs) for v in self.used]
        sentence, formula = self.start
        premise = And.make_args(formula.args[0]) if isinstance(formula, Implies) else ()
        first = Algebra((*(defined if premise else ()), *premise))
        rule = Algebra((*defined, self.then[1].args[0]))
        return Claim(
            id=f"{algorithm.name}-{self.id}",
            statement=self.statement,
            formula=self.then[1],
            source=PAPER,
            steps=(Step(sentence, formula, first), Step(*self.then, rule)),
            algorithm=algorithm,
        )


def _point_between(beta: Symbol) -> _Always:
    apart = (1 - beta) * z.prev + beta * x.prev
    between = Implies(equal(theta.prev, apart), equal(theta, (1 - beta) * z + beta * x))
    return _Always(
        "point-between",
        f"The parameter is at every step the point (1 - {beta}) z + {beta} x, though the average "
        "x is never computed; so it can be found from the parameter and z.",
        (
            "z and x start from the parameter, which lies between a point and itself.",
            equal(theta.prev, apart.xreplace({z.prev: theta.prev, x.prev: theta.prev})),
        ),
        ("Put the recurrences of theta, x and z into both sides.", between),
        (theta, x, z),
    )


def _average() -> _Always:
    none = And(equal(w_sum.prev, Integer(0)), equal(S.prev, Integer(0)))
    is_average = equal(x, S / w_sum)
    weighted = Implies(equal(x.prev, S.prev / w_sum.prev), is_average)
    return _Always(
        "average",
        "x is the average of all z so far, weighted by the squares of the largest step sizes.",
        ("At the first step nothing has a weight, and x is z,", Implies(none, is_average)),
        ("and if x is the average before a step, the recurrences make it so after.", weighted),
        (x, c, S, w_sum),
    )


def _uniform_average() -> _Always:
    equally = equal(w_sum.prev, (t - 1) * alpha_max**2)
    return _Always(
        "uniform-average",
        "While the step size stays the same the share of each new z is 1 / t: x is the mean of "
        "all z.",
        (
            "If t - 1 equal weights add up to the sum before a step, t do after it,",
            Implies(equally, equal(w_sum, t * alpha_max**2)),
        ),
        ("and the share of the last is 1 / t.", Implies(equally, equal(c, 1 / t))),
        (c, w_sum),
    )


def _claims(algorithm: Algorithm, beta: Symbol) -> tuple[Claim, ...]:
    beside = _beside(algorithm)
    always = (_point_between(beta), _average(), _uniform_average())
    return tuple(each.about(beside) for each in always)


CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    SCHEDULE_FREE_SGD.name: _claims(SCHEDULE_FREE_SGD, mu),
    SCHEDULE_FREE_ADAMW.name: _claims(SCHEDULE_FREE_ADAMW, beta1),
}
