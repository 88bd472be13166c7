"""The command that trains."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count as iterate
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from optimspec.conformance.cli.files import (
    ACCEPTED,
    NOT_ACCEPTED,
    HtmlPath,
    require_writable,
    say_written,
    unusable,
    write_text,
)
from optimspec.conformance.console_train import show_training
from optimspec.conformance.environment import SEED
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.terminal import Terminal
from optimspec.conformance.train import CHOSEN, OWN
from optimspec.conformance.train import train as compared
from optimspec.conformance.train_optimizers import LECTURE
from optimspec.conformance.train_task import MODELS, TASK_NAMES, Settings
from optimspec.reports import train as page
from optimspec.spec import ALGORITHMS

USUAL: Final = "float32"
"""The format that networks are trained in."""


def train(
    optimizers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OPTIMIZER]...",
            help="A specification or a target, with hyperparameters: adam, "
            "torch.optim:SGD,lr=0.1,momentum=0.9, mine.py:MyAdam. By default, the family that is "
            "taught: gradient descent to AdamW.",
        ),
    ] = None,
    task: Annotated[str, typer.Option(help=f"One of {', '.join(TASK_NAMES)}.")] = "digits",
    model: Annotated[
        str, typer.Option(help=f"For digits and blobs, one of {', '.join(MODELS)}.")
    ] = "two-layer",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the examples; on a surface, steps.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Examples a step, for digits and blobs.")
    ] = None,
    lr: Annotated[
        str,
        typer.Option(
            help=f"The step size of optimizers that are given none: a number, '{CHOSEN}' for the "
            f"one that trains best, or '{OWN}' for the default of each."
        ),
    ] = CHOSEN,
    dtype: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")] = USUAL,
    certify: Annotated[
        bool,
        typer.Option(
            "--certify",
            help="Put the runs beside training in exact arithmetic with exact gradients, in units "
            "of the error bound; for tasks other than digits and blobs.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Every random input follows from it.")] = SEED,
    html_path: HtmlPath = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write the comparison as data here.")
    ] = None,
) -> None:
    """Compare optimizers: train one model with each, and show loss and accuracy."""
    _one_of("--task", task, TASK_NAMES)
    _one_of("--model", model, MODELS)
    _one_of("--dtype", dtype, FORMATS)
    require_writable(html_path, json_path)
    asked = optimizers or [name for name in LECTURE if name in ALGORITHMS]
    out = Terminal()
    settings, rate = Settings(task, model, epochs, batch, dtype, seed), _rate(lr)
    try:
        with _progress(out, len(asked)) as begin:
            found = compared(settings, asked, rate=rate, certify=certify, follow=begin)
    except CannotLoad as problem:
        unusable(str(problem))
    show_training(out, found)
    if json_path is not None:
        write_text(json_path, found.model_dump_json(indent=2) + "\n")
    if html_path is not None:
        write_text(html_path, page.render(found))
    say_written(out, html_path, json_path)
    raise typer.Exit(NOT_ACCEPTED if any(run.failure for run in found.runs) else ACCEPTED)


@contextmanager
def _progress(out: Console, count: int) -> Iterator[Callable[[str], None]]:
    """What is to be called as each optimizer's turn comes: a bar on a terminal, else a line."""
    if not out.is_terminal:
        places = iterate(1)
        yield lambda label: out.print(
            f"({next(places)}/{count}) {label}", markup=False, highlight=False, soft_wrap=True
        )
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        bar = progress.add_task("", total=count, completed=-1)
        yield lambda label: progress.update(bar, advance=1, description=escape(label))


def _one_of(option: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        unusable(f"{option} takes one of {', '.join(choices)}; found {value!r}.")


def _rate(text: str) -> float | str:
    if text in (CHOSEN, OWN):
        return text
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate < math.inf:
        unusable(f"--lr takes a positive number, {CHOSEN!r} or {OWN!r}; found {text!r}.")
    return rate
