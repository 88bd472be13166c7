"""The command line: a module for each group of commands."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Annotated

import typer

from optimspec.conformance.cli.census import census
from optimspec.conformance.cli.check import check
from optimspec.conformance.cli.inform import explain, list_
from optimspec.conformance.cli.mutants import mutants
from optimspec.conformance.cli.peers import peers
from optimspec.conformance.cli.report import report
from optimspec.conformance.cli.soak import soak
from optimspec.conformance.cli.train import train
from optimspec.conformance.cli.vectors import vectors

app = typer.Typer(
    help="Find out which optimizer an implementation computes, and how well it rounds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command(
    epilog="Examples:\n\n"
    "optimspec check torch.optim:AdamW\n\n"
    "optimspec check mine.py:MyAdam --spec adam --html report.html\n\n"
    "optimspec check torch.optim:Adam --arg fused=True --dtype float32 --json r.json\n\n"
    "optimspec check --listed torch-optim --json r.json --resume\n\n"
    "Exit status: 0 conforms or accepted, 1 judged and not accepted, "
    "2 wrong usage or a target that cannot be loaded."
)(check)
app.command(
    epilog="Examples:\n\noptimspec explain adam\n\noptimspec explain eps-hat --html eps-hat.html"
)(explain)
app.command(
    "list",
    epilog="Examples:\n\noptimspec list variants\n\noptimspec list bugs --class epsilon --json\n\n"
    "optimspec list entries --html catalogue.html",
)(list_)
app.command(
    epilog="Examples:\n\noptimspec report r1.json r2.json --html matrix.html\n\n"
    "optimspec report new.json --against old.json"
)(report)
app.command(
    epilog="Examples:\n\noptimspec soak torch.optim:Adam --cases 10000\n\n"
    "optimspec soak --shipped --cases 100000"
)(soak)

app.command(
    epilog="Examples:\n\noptimspec mutants --spec adam --dtype float64 --pairs 0\n\n"
    "optimspec mutants --only 'mutation:theta:*' --html mutants.html\n\n"
    "Exit status: 0 every aim is met, 1 one is missed, 2 wrong usage."
)(mutants)
app.command(
    epilog="Examples:\n\noptimspec peers\n\noptimspec peers --markdown table.md --json peers.json"
)(peers)

app.command(
    epilog="Examples:\n\noptimspec census --package lion-pytorch --html lion.html\n\n"
    "optimspec census --json census.json --html census.html --resume\n\n"
    "optimspec census --refresh --json new.json --since census.json\n\n"
    "Exit status: 0 all rows were judged, whatever came of them, 1 some could not be, "
    "2 wrong usage."
)(census)
app.command(
    epilog="Examples:\n\noptimspec train\n\n"
    "optimspec train adam torch.optim:Adam mine.py:MyAdam --html comparison.html\n\n"
    "optimspec train --task rosenbrock sgd,lr=0.001 momentum adam --html paths.html\n\n"
    "optimspec train --task linear --lr 0.01 --certify\n\n"
    "Exit status: 0 all were run, diverged or not, 1 an optimizer raised an error, "
    "2 wrong usage or an optimizer that cannot be loaded."
)(train)

app.add_typer(vectors, name="vectors")


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Find out which optimizer an implementation computes, and how well it rounds."""
    if version:
        typer.echo(f"optimspec {installed('optimspec')}")
        raise typer.Exit
