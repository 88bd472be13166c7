"""Records and specifications on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sympy
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimspec.conformance.record import CheckResult, Record, Status, Verdict
from optimspec.spec import Algorithm, Edit, Kind, changes, claims_of, edits_of
from optimspec.spec.algorithm import Equation

STYLE = {
    Verdict.CONFORMS: "bold green",
    Verdict.VARIANT: "bold cyan",
    Verdict.IMPRECISE: "bold yellow",
    Verdict.NONCONFORMING: "bold red",
    Verdict.ERROR: "bold magenta",
}


def show_record(console: Console, record: Record) -> None:
    """A record: verdict, reason, error constants, and every check that did not pass."""
    style = STYLE[record.verdict]
    console.print(
        f"[bold]{escape(record.target)}[/]  [{style}]{record.verdict}[/]", highlight=False
    )
    console.print(f"  {escape(record.summary)}", highlight=False)
    counts = Counter(result.status for result in record.checks)
    said = ", ".join(f"{n} {status}" for status, n in counts.items())
    if said:
        console.print(f"  checks: {said}; error limit k <= {record.error_limit:g}", highlight=False)
    for edit in record.matched.edits if record.matched else []:
        console.print(
            f"  [bold]{edit.id}[/] ({edit.kind}): {escape(edit.statement)}", highlight=False
        )
        console.print(f"    {escape(edit.effect)}", highlight=False)
        if edit.remedy:
            console.print(f"    Remedy: {escape(edit.remedy)}", highlight=False)
    for result in record.checks:
        if result.status is not Status.PASS:
            _show_result(console, result)


def _show_result(console: Console, result: CheckResult) -> None:
    style = "dim" if result.status is Status.SKIP else "red"
    text = f"  [{style}]{result.status:5}[/] {result.id}: {escape(result.message)}"
    console.print(text, highlight=False)
    example = result.counterexample
    if example is not None and example.snippet:
        console.print("    It is reproduced by:", highlight=False)
        for line in example.snippet.rstrip().splitlines():
            console.print(f"      {escape(line)}", highlight=False, soft_wrap=True)


def show_times(console: Console, record: Record) -> None:
    """Where the time of a check went."""
    table = Table("check", "seconds", title=f"{record.target}: {record.seconds:.1f} s in all")
    for result in sorted(record.checks, key=lambda r: -r.seconds)[:12]:
        table.add_row(result.id, f"{result.seconds:.2f}")
    rest = record.seconds - sum(result.seconds for result in record.checks)
    table.add_row("identification, cases and truth", f"{rest:.2f}")
    console.print(table)


def explain_algorithm(console: Console, algorithm: Algorithm) -> None:
    """An algorithm's equations, hyperparameters, edits and claims."""
    console.print(f"[bold]{algorithm.title}[/]  {algorithm.source}\n{algorithm.source.url}\n")
    _equations(console, algorithm.equations)
    console.print("[bold]Hyperparameters[/]")
    for h in algorithm.hyperparameters:
        console.print(f"  {h.name} = {h.default} in {h.domain}: {h.meaning}", highlight=False)
    for kind, title in ((Kind.VARIANT, "Variants"), (Kind.BUG, "Known bugs")):
        console.print(f"[bold]{title}[/]")
        for edit in edits_of(algorithm):
            if edit.kind is kind:
                console.print(f"  {edit.id}: {edit.statement}", highlight=False)
    console.print("[bold]Claims[/], decided by SymPy just now")
    for claim in claims_of(algorithm):
        console.print(f"  {claim.outcome}: {claim.statement} ({claim.source})", highlight=False)


def explain_edit(console: Console, edit: Edit, algorithms: Iterable[Algorithm]) -> None:
    """What a variant or bug is, its effect, the equations before and after, and its links."""
    console.print(f"[bold]{edit.id}[/] ({edit.kind}): {edit.statement}\n{edit.effect}")
    if edit.remedy:
        console.print(f"Remedy: {edit.remedy}")
    for algorithm in algorithms:
        console.print(f"\n[bold]{algorithm.title}[/], before and after")
        for old, new in changes(algorithm, algorithm.edited(edit)).values():
            _equations(console, [e for e in (old, new) if e is not None])
    for link in edit.links:
        console.print(f"  {link}", highlight=False)


def _equations(console: Console, equations: Iterable[Equation]) -> None:
    for equation in equations:
        text = sympy.pretty(sympy.Eq(equation.lhs, equation.rhs, evaluate=False), use_unicode=True)
        console.print(f"[dim]{escape(equation.meaning)}[/]", highlight=False)
        console.print(
            "".join(f"    {line}\n" for line in text.splitlines()), highlight=False, markup=False
        )
