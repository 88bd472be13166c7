"""Twenty classic mistakes in Adam and AdamW, as implementations that make them.

The list was fixed before anything was measured with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import sympy

from optimspec.conformance.protocol import Array
from optimspec.conformance.specimen import Specimen, SpecimenSession
from optimspec.reference import Experiment
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, Edit, EditDoesNotApply
from optimspec.spec.fits import fits_of


class Form(NamedTuple):
    """What a caller asks for: an algorithm, and the options that are on, by the edits they are."""

    algorithm: str
    options: tuple[str, ...] = ()

    def without(self, dropped: frozenset[str]) -> Form:
        """The form in which these options are off."""
        return self._replace(options=tuple(o for o in self.options if o not in dropped))

    def equations(self, *mistakes: Edit) -> Algorithm:
        """The algorithm with the options and ``mistakes``; raises EditDoesNotApply."""
        order = list(EDITS.values())
        edits = [*(EDITS[name] for name in self.options), *mistakes]
        known = sorted((e for e in edits if e in order), key=order.index)
        return ALGORITHMS[self.algorithm].edited(*known, *(e for e in edits if e not in order))


@dataclass(frozen=True)
class Switchable(Specimen):
    """Equations with an option that is off, and can be switched on."""

    option: str
    switched: Specimen

    @property
    def flags(self) -> Mapping[str, bool]:
        """The option is off."""
        return {self.option: False}

    def toggled(self, flag: str) -> Specimen:
        """What is computed with the option on."""
        del flag
        return self.switched


@dataclass(frozen=True)
class Reversed(Specimen):
    """Equations that get the gradient's elements in the wrong order."""

    @property
    def name(self) -> str:
        """The algorithm's name with what is wrong."""
        return f"{super().name} with reversed gradients"

    def _session(self, experiment: Experiment) -> SpecimenSession:
        return _ReversedSession(self.algorithm, experiment, experiment.format)


class _ReversedSession(SpecimenSession):
    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        return super().step(
            [None if g is None else g.ravel()[::-1].reshape(g.shape) for g in gradients]
        )


_ADAM: Final = Form("adam")
_ADAMW: Final = Form("adamw")


@dataclass(frozen=True)
class Mistake:
    """An optimizer that makes one mistake, wherever it can be made.

    Parameters
    ----------
    id
        Its name.
    said
        What is wrong, in a few words.
    shows
        A form in which it shows.
    edit
        The mistake as an edit, or None.
    drops
        Options that are ignored, where the edit finds nothing to change.
    reverses
        Whether gradients are reversed.
    """

    id: str
    said: str
    shows: Form = _ADAM
    edit: Edit | None = None
    drops: frozenset[str] = frozenset()
    reverses: bool = False

    def implements(self, form: Form) -> Specimen:
        """What it computes when asked for ``form``: the right thing, where no mistake applies."""
        try:
            algorithm = form.equations(*([self.edit] if self.edit else []))
        except EditDoesNotApply:
            algorithm = form.without(self.drops).equations()
        return (Reversed if self.reverses else Specimen)(algorithm)

    @property
    def target(self) -> Specimen:
        """The optimizer to judge; an option that is ignored is one that it offers."""
        mistaken = self.implements(self.shows)
        if not self.shows.options:
            return mistaken
        (option,) = self.shows.options
        return Switchable(ALGORITHMS[self.shows.algorithm], option, mistaken)


RIGHT: Final = Mistake("right", "no mistake")


def _known(id: str, said: str, shows: Form = _ADAM, *drops: str) -> Mistake:  # noqa: A002
    return Mistake(id, said, shows, EDITS[id], frozenset(drops))


def _longer_steps() -> Mistake:
    (scaled,) = (fit for fit in fits_of(ALGORITHMS["adam"]) if fit.id == "alpha-scaled")
    return Mistake("lr-1%-high", "learning rate 1 % high", edit=scaled.at(sympy.Rational(101, 100)))


MISTAKES: Final = (
    replace(_known("update-lost", "no-op"), id="no-op"),
    replace(_known("maximize", "wrong sign"), id="wrong-sign"),
    _known("maximize-ignored", "maximize ignored", Form("adam", ("maximize",)), "maximize"),
    Mistake("reversed-elements", "reversed elements", reverses=True),
    _known("eps-hat", "eps before the bias correction"),
    _known("eps-missing", "no eps"),
    _known("eps-inside-root", "eps inside the root"),
    _known("decay-after-update", "decay after the update", _ADAMW),
    _known("adamw-actually-l2", "L2 instead of decoupled decay", _ADAMW),
    _known("weight-decay-ignored", "no weight decay", _ADAMW),
    _known("decay-not-scaled-by-lr", "decay not scaled by the learning rate", _ADAMW),
    _known(
        "amsgrad-ignored",
        "amsgrad ignored",
        Form("adam", ("amsgrad",)),
        "amsgrad-after-correction",
    ),
    _known("step-starts-at-two", "step counter off by one"),
    _longer_steps(),
    _known("no-bias-correction", "no bias correction"),
    _known("first-moment-not-corrected", "first moment not bias-corrected"),
    _known("second-moment-not-corrected", "second moment not bias-corrected"),
    _known("first-moment-without-history", "first moment without its history"),
    _known("second-moment-without-history", "second moment without its history"),
    _known("betas-swapped", "betas swapped"),
)
