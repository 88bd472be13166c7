"""Comparisons of optimizers as HTML pages that stand alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from markupsafe import Markup

from optimspec.conformance.train_record import Epoch, Metrics, Run, TrainingRecord
from optimspec.conformance.visible import one_line
from optimspec.reports.html import environment
from optimspec.reports.plot import error_plot
from optimspec.reports.train_plot import (
    WIDTH,
    accuracy_plot,
    by_epoch,
    by_step,
    loss_plot,
    series_of,
    style,
    trials_plot,
)
from optimspec.reports.train_surface import surface_plot
from optimspec.reports.wording import number

_MEANS: Final = 2
"""Running means are over an epoch's steps divided by this."""

Figure = tuple[str, Markup]
"""A caption and a drawing."""


def render(found: TrainingRecord) -> str:
    """Return a page about ``found``: the ranking, curves, and paths over a surface.

    The same record gives the same text.
    """
    return (
        environment()
        .get_template("train.html.j2")
        .render(
            title=found.task.title,
            headline=headline(found),
            found=found,
            style=lambda run: _style(found, run),
            has_classes=any(run.final.accuracy is not None for run in found.runs),
            is_certified=any(run.closed_loop for run in found.runs),
            has_trials=any(run.trials for run in found.runs),
            surface=surface_plot(found, found.surface, "surface") if found.surface else None,
            curves=_curves(found),
            trials=trials_plot(found, "trials") if any(run.trials for run in found.runs) else None,
            loops=[
                (run, error_plot([series_of(run)], f"loop{place}", width=WIDTH))
                for place, run in enumerate(found.runs)
                if run.closed_loop
            ],
            share=share,
            remark=remark,
            environments=[found.environment],
        )
    )


def headline(found: TrainingRecord) -> str:
    """Return which optimizer came farthest, in a sentence."""
    best = found.ranking[0]
    if not best.is_whole:
        return "No optimizer came to the end of its run."
    end = best.held_out or best.final
    right = "" if end.accuracy is None else f" and {end.accuracy:.1%} right"
    where = "on held-out examples" if best.held_out else f"after {found.task.steps} steps"
    reached = f"{one_line(best.label)} comes farthest: loss {number(end.loss)}{right} {where}."
    return reached if len(found.runs) == 1 else f"Of {len(found.runs)} optimizers, {reached}"


def remark(run: Run) -> str:
    """Return how a run ended, if not at its end, and what its bound does not cover."""
    if run.diverged_at is not None:
        return f"diverged at step {run.diverged_at}"
    if run.failure:
        return f"stopped after {len(run.step_loss)} steps: {run.failure}"
    loop = run.closed_loop
    if loop is not None and not loop.k <= loop.limit:
        return f"is not {loop.algorithm} within the limit"
    if loop is not None and loop.silent_from is not None:
        return f"the bound says nothing from step {loop.silent_from} on"
    return ""


def share(value: float | None) -> str:
    """Return a share as a percentage; "" for None."""
    return "" if value is None else f"{value:.1%}"


def _style(found: TrainingRecord, run: Run) -> str:
    """The colour of a run's lines, by its place in the record."""
    return style(found.runs.index(run))[0]


def _curves(found: TrainingRecord) -> list[Figure]:
    """Loss and accuracy step by step, then epoch by epoch."""
    has_classes = any(run.final.accuracy is not None for run in found.runs)
    task = found.task
    window = max(task.steps // task.epochs // _MEANS, 1) if task.epochs else 1
    on = "the step's examples" if task.epochs else "the way"
    steps: list[Figure] = [
        (
            f"Loss on {on}",
            loss_plot(by_step(found, lambda r: r.step_loss), "step", "step-loss", window=window),
        )
    ]
    if has_classes:
        steps.append(
            (
                f"Accuracy on {on}",
                accuracy_plot(
                    by_step(found, lambda r: r.step_accuracy), "step", "step-right", window=window
                ),
            )
        )
    return steps + (_epochs(found, has_classes=has_classes) if task.epochs else [])


def _epochs(found: TrainingRecord, *, has_classes: bool) -> list[Figure]:
    parts: dict[str, Callable[[Epoch], Metrics]] = {
        "training": lambda epoch: epoch.train,
        "held-out": lambda epoch: epoch.held_out,
    }
    figures: list[Figure] = []
    for said, part in parts.items():
        losses = by_epoch(found, partial(_losses, part=part))
        figures.append((f"Loss on all {said} examples", loss_plot(losses, "epoch", f"{said}-loss")))
        if has_classes:
            right = by_epoch(found, partial(_accuracies, part=part))
            drawing = accuracy_plot(right, "epoch", f"{said}-right")
            figures.append((f"Accuracy on all {said} examples", drawing))
    return figures


def _losses(run: Run, part: Callable[[Epoch], Metrics]) -> Sequence[float]:
    return [part(epoch).loss for epoch in run.epochs]


def _accuracies(run: Run, part: Callable[[Epoch], Metrics]) -> Sequence[float]:
    found = (part(epoch).accuracy for epoch in run.epochs)
    return [accuracy for accuracy in found if accuracy is not None]
