"""What the command shows of a row is text, whatever a list says in it."""

import io

from optimspec.conformance.cli.census import _show
from optimspec.conformance.record import Verdict
from optimspec.conformance.terminal import Terminal
from small_census import row


def test_a_target_with_brackets_is_shown_as_it_is_written():
    target = "mine:Adam(modes=['a'], more=[/bold])"
    written = io.StringIO()
    _show(Terminal(file=written, width=200), row("mine", target, "adam", Verdict.CONFORMS), "(1/1)")
    assert written.getvalue() == f"(1/1) mine  {target}  conforms\n"
