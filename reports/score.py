"""The suite's own mutation score as one HTML page that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from optimspec.conformance.score_record import Figures, Group, Mutant, Named, Outcome, Score
from optimspec.reports.html import environment

TITLE: Final = "Mutation score"

GROUPS: Final[dict[Group, str]] = {
    Group.CATALOGUE: "known variants and bugs",
    Group.MUTATION: "systematic mutations",
    Group.PAIR: "pairs of known edits",
}

FATES: Final[dict[str, str]] = {
    "missed": "not caught",
    "misnamed": "caught, named otherwise",
    "equivalent": "proved equivalent",
    "named": "caught and named",
}
"""What can become of a mutant, worst first."""


def render(score: Score) -> str:
    """Return a page about ``score``: the figures, and every mutant, misses first.

    The same score gives the same text.
    """
    order = list(FATES)
    mutants = sorted(score.mutants, key=lambda mutant: order.index(fate(mutant)))
    return (
        environment()
        .get_template("score.html.j2")
        .render(
            title=TITLE,
            headline=headline(score.figures),
            score=score,
            mutants=mutants,
            faults=sorted(score.faults, key=lambda fault: fault.as_expected),
            groups=GROUPS,
            fates={name: words for name, words in FATES.items() if name in map(fate, mutants)},
            fate=fate,
            diagnosis=diagnosis,
            share=share,
            environments=[score.environment],
        )
    )


def fate(mutant: Mutant) -> str:
    """What became of a mutant in the format where it fared worst, one of :data:`FATES`."""
    if mutant.equivalent:
        return "equivalent"
    if not all(outcome.caught for outcome in mutant.outcomes):
        return "missed"
    return "named" if all(outcome.is_right for outcome in mutant.outcomes) else "misnamed"


def headline(figures: Sequence[Figures]) -> str:
    """Return what share of the planted mistakes was caught, for each format."""
    said = []
    for name in dict.fromkeys(row.format for row in figures):
        rows = [row for row in figures if row.format == name]
        caught, mutants = sum(r.caught for r in rows), sum(r.mutants for r in rows)
        said.append(f"{caught} of {mutants} in {name}")
    return f"Planted mistakes that the suite catches: {', '.join(said) or 'none was planted'}."


def diagnosis(outcome: Outcome) -> str:
    """Return what a diagnosis says of a mutant, in a few words."""
    found = " + ".join(outcome.diagnosis)
    return {
        Named.PLANTED: "named as planted",
        Named.EQUIVALENT: f"named {found}, which is proved to be the same optimizer",
        Named.OTHER: f"named {found}" if found else "said to be the algorithm itself",
        Named.NOTHING: "not named",
    }[outcome.named]


def share(count: int, of: int) -> str:
    """Return a count with its percentage."""
    return f"{count} ({count / of:.1%})" if of else "0"
