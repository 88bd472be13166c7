"""The README's table of mistakes is what `optimspec peers` gives."""

import re
from pathlib import Path

import pytest

from optimspec.conformance.peers import CAVEAT, PEERS, Comparison
from optimspec.conformance.peers_mistakes import MISTAKES

ROOT = Path(__file__).parents[2]
FOUND = Comparison.model_validate_json((ROOT / "docs" / "peers.json").read_text(encoding="utf-8"))
ROWS = {row.protocol: row for row in FOUND.rows}

QUICK = [p for p in PEERS if p.id not in {"apex-fused", "apex-native", "optax"}]
"""Those that take seconds for all mistakes, not a minute."""


def test_the_readme_has_the_totals():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (.*?) \| (\d+ of \d+) \|", text, re.M)

    assert shown == [(row.said, row.total) for row in FOUND.rows]
    assert CAVEAT in " ".join(text.split())


def test_the_mistakes_are_those_of_the_file():
    assert {m.id: m.said for m in MISTAKES} == FOUND.mistakes


@pytest.mark.parametrize("protocol", QUICK, ids=lambda p: p.id)
def test_the_quick_protocols_give_what_the_file_says(protocol):
    possible = [m for m in MISTAKES if m.id not in protocol.absent]

    assert [m.id for m in possible if protocol.passes(m)] == ROWS[protocol.id].missed
