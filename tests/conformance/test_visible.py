"""What acts or hides is shown as its escape; everything else is kept."""

import io

import pytest
from rich.progress import Progress, TextColumn
from rich.table import Table

from optimspec.conformance.terminal import Terminal
from optimspec.conformance.visible import excerpt, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b31m\x07\x00\x7f", r"\x9b31m\x07\x00\x7f"),
        ("a\rb\bc", r"a\rb\x08c"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u200bb\ufeff\xad\U000e0041", r"a\u200bb\ufeff\xad\U000e0041"),
        ("\u2064\u3164\u115f\u1160\u034f", r"\u2064\u3164\u115f\u1160\u034f"),
        ("\u180e\ufe0f\uffa0\U000e01ef", r"\u180e\ufe0f\uffa0\U000e01ef"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("\ud800 \udcff \uffff", r"\ud800 \udcff \uffff"),
    ],
)
def test_what_acts_or_hides_is_shown_as_its_escape(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["", "a\tb\nc", "βé中 − ∞ 𝛽", "مرحبا", "न\u200dी", "\\x1b"])
def test_other_text_is_kept(text):
    assert visible(text) == text


def test_a_line_is_one_line():
    assert one_line(" a\n\tb\r\x0bc\u2028 ") == r"a b\r\x0bc\u2028"


@pytest.mark.parametrize("most", [30, 100, 10**6])
def test_an_excerpt_says_how_long_it_was(most):
    text = "x" * 10**6

    assert len(excerpt(text, most)) == most
    assert excerpt(text, most) == text or "(1000000 characters)" in excerpt(text, most)
    assert excerpt(excerpt(text, most), most) == excerpt(text, most)


def test_escapes_count_as_what_is_shown():
    assert excerpt("\x1b" * 25, 100) == r"\x1b" * 25
    assert len(excerpt("\x1b" * 10**6, 100)) == 100


@pytest.mark.parametrize("color", [None, "truecolor"])
def test_a_terminal_gets_no_control_characters_of_others(color):
    """Lines, markup, cells and descriptions show the escape; rich's own styles stay."""
    out = Terminal(file=io.StringIO(), force_terminal=bool(color), color_system=color, width=80)
    hostile = "\x1b]0;owned\x07 \u202e\udcff"
    table = Table(f"1{hostile}", title=f"2{hostile}")
    table.add_row(f"3{hostile}")
    with Progress(TextColumn("{task.description}"), console=out) as bar:
        bar.add_task(f"4{hostile}")
    out.print(table)
    out.print(f"5{hostile}", markup=False, highlight=False)
    out.print(f"[bold]6{hostile}[/]", highlight=False)
    text = out.file.getvalue()

    for place in range(1, 7):
        assert rf"{place}\x1b]0;own" in text
    assert "\x1b]" not in text
    assert ("\x1b[1m" in text) == bool(color)
    assert not set(text) & set("\x07\u202e\udcff")


def test_a_terminal_takes_no_name_for_an_emoji():
    """Slips in the second moment are called mutation:v:..., which rich has a hand for."""
    out = Terminal(file=io.StringIO(), width=80)
    table = Table()
    table.add_row("1 mutation:v:drop-term-1")
    out.print(table)
    out.print("2 mutation:v:drop-term-1", highlight=False)

    assert out.file.getvalue().count("mutation:v:drop-term-1") == 2
