"""Specifications and entries of the catalogue on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console
from rich.markup import escape

from optimspec.spec import Algorithm, Edit, EditDoesNotApply, Kind, changes, claims_of, edits_of
from optimspec.spec.plaintext import equation_text


def explain_algorithm(console: Console, spec: Algorithm) -> None:
    """An algorithm's equations, hyperparameters, edits and claims."""
    _line(console, f"[bold]{spec.title}[/]  {spec.source}")
    _line(console, f"{spec.source.url}\n")
    for equation in spec.equations:
        text = escape(equation_text(equation))
        _line(console, f"  {text}  [dim]{escape(equation.meaning)}[/]")
    _line(console, "\n[bold]Hyperparameters[/]")
    for h in spec.hyperparameters:
        _line(console, f"  {h.name} = {h.default}: {h.meaning}, in {escape(str(h.domain))}")
    for kind, title in ((Kind.VARIANT, "Variants"), (Kind.BUG, "Known bugs")):
        _line(console, f"\n[bold]{title}[/]")
        for edit in edits_of(spec):
            if edit.kind is kind:
                _line(console, f"  [bold]{edit.id}[/]  {escape(edit.statement)}")
    _line(console, "\n[bold]Claims[/], decided by SymPy just now")
    for claim in claims_of(spec):
        _line(console, f"  {claim.outcome}  {escape(claim.statement)} [dim]{claim.source}[/]")


def explain_edit(console: Console, edit: Edit, algorithms: Iterable[Algorithm]) -> None:
    """What a variant or bug is, its effect, the equations before and after, and its links."""
    _line(console, f"[bold]{edit.id}[/] ({edit.kind}): {escape(edit.statement)}")
    _line(console, escape(edit.effect))
    if edit.remedy:
        _line(console, f"Remedy: {escape(edit.remedy)}")
    for before in algorithms:
        with suppress(EditDoesNotApply):
            before.edited(edit)
            _line(console, f"\n  [bold]{before.title}[/], before and after")
            _show_change(console, before, edit)
    _line(console, "")
    for link in edit.links:
        _line(console, f"  {link}")


def _show_change(console: Console, before: Algorithm, edit: Edit) -> None:
    """The equations that an edit changes, before and after; a new one has no before."""
    for old, new in changes(before, before.edited(edit)).values():
        for sign, style, equation in (("-", "red", old), ("+", "green", new)):
            if equation is not None:
                _line(console, f"    [{style}]{sign} {escape(equation_text(equation))}[/]")


def _line(console: Console, text: str) -> None:
    """A line of markup, as it is: no colours by guess, no wrapping of what may be copied."""
    console.print(text, highlight=False, soft_wrap=True)
