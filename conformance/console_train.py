"""Comparisons of optimizers on a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimspec.conformance.train_record import ClosedLoopRecord, Metrics, Run, TrainingRecord


def show_training(out: Console, found: TrainingRecord) -> None:
    """What was trained, and how far every optimizer came, best first."""
    task = found.task
    _line(out, f"{task.title}: {task.about}")
    _line(out, _extent(found))
    out.print(_table(found))
    if any(run.trials for run in found.runs):
        _line(out, "* chosen: whole runs with others, half a decade apart, train no better")
    for run in found.ranking:
        for sentence in _remarks(run):
            _line(out, f"{run.label}: {sentence}")
    _line(out, f"{len(found.runs)} runs in {found.seconds:.0f} s; seed {found.environment.seed}")


def _extent(found: TrainingRecord) -> str:
    task = found.task
    sizes = f"{task.parameters} parameters in {task.format}; {task.steps} steps"
    if not task.epochs:
        return sizes
    return (
        f"{sizes}, {task.epochs} epochs of {task.train} examples, {task.batch} a step; "
        f"{task.held_out} held out"
    )


def _table(found: TrainingRecord) -> Table:
    ranking = found.ranking
    has_classes = any(run.final.accuracy is not None for run in ranking)
    is_certified = any(run.closed_loop for run in ranking)
    table = Table(box=None, pad_edge=False)
    table.add_column("optimizer", overflow="fold")
    columns = ["step size", "loss"]
    columns += ["accuracy"] * has_classes
    columns += ["held-out loss"] * bool(found.task.epochs)
    columns += ["accuracy"] * (has_classes and bool(found.task.epochs))
    columns += ["k, of limit"] * is_certified
    for name in columns:
        table.add_column(name, justify="right")
    for run in ranking:
        cells = [_alpha(run), *_metrics(run.final, has_classes=has_classes)]
        if found.task.epochs:
            held_out = run.held_out if run.is_whole else None
            cells += _metrics(held_out, has_classes=has_classes)
        if is_certified:
            loop = run.closed_loop
            cells.append(f"{loop.k:.2g} of {loop.limit:g}" if loop else "")
        table.add_row(escape(run.label), *cells)
    return table


def _alpha(run: Run) -> str:
    alpha = run.hyperparameters.get("alpha")
    return "" if alpha is None else f"{alpha:g}{'*' if run.trials else ''}"


def _metrics(found: Metrics | None, *, has_classes: bool) -> list[str]:
    if found is None:
        return [""] * (1 + has_classes)
    said = [f"{found.loss:.4g}"]
    accuracy = "" if found.accuracy is None else f"{found.accuracy:.1%}"
    return [*said, accuracy] if has_classes else said


def _remarks(run: Run) -> list[str]:
    """What a row does not say."""
    said = []
    if run.diverged_at is not None:
        said.append(f"diverged: something was no finite number at step {run.diverged_at}.")
    if run.failure:
        said.append(f"stopped after {len(run.step_loss)} steps: {run.failure}")
    return [*said, *_about(run.label, run.closed_loop)] if run.closed_loop else said


def _about(label: str, loop: ClosedLoopRecord) -> Iterator[str]:
    """What was measured, and where that says nothing."""
    is_more = "+" in loop.algorithm or bool(loop.loss)
    if loop.is_explained and is_more and not label.startswith(loop.algorithm):
        loss = f" {loop.loss}" if loop.loss else ""
        yield f"computes {loop.algorithm}{loss}, beside which it is measured."
    if not loop.k <= loop.limit:
        size = "an error without a bound" if math.isinf(loop.k) else f"{loop.k:.3g} bounds"
        why = (
            ""
            if loop.is_explained
            else (": it computes something else, as `optimspec check` shows")
        )
        yield f"is off exact training with {loop.algorithm} by {size}{why}."
    if loop.silent_from is not None:
        yield (
            f"from step {loop.silent_from} on, roundings can carry it anywhere: the bound says "
            "nothing."
        )


def _line(out: Console, text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
