"""CONTRIBUTING.md's example is an entry; docs/known-bugs.md's table agrees with the catalogue."""

import re
from pathlib import Path

import pytest

from optimspec.spec import UnknownName, known, lookup
from optimspec.spec.discover import defined
from optimspec.spec.entry import Entry

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "known-bugs.md").read_text()
ROW = re.compile(
    r"^\| (?:\[(?P<linked>[a-z0-9-]+)\]\(https://\S+\)|(?P<plain>[a-z0-9-]+)) \| (?P<said>.+) \|$"
)
REPORTS = [
    (row["linked"] or row["plain"], row["said"])
    for row in map(ROW.match, TEXT.split("## All reports")[1].splitlines())
    if row and row["plain"] != "report"
]


def entry_of(name):
    try:
        return lookup(name).id
    except UnknownName:
        return None


def test_the_file_it_shows_is_all_that_an_entry_needs(tmp_path, monkeypatch):
    text = (ROOT / "CONTRIBUTING.md").read_text()
    shown = re.search(r"## Add a known bug.*?```python\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "shown_in_the_documentation.py").write_text(shown)
    monkeypatch.setattr(known, "__path__", [str(tmp_path)])

    (entry,) = defined(known.__name__, Entry)

    assert entry.id == "second-moment-decay-inverted"
    assert entry == lookup(entry.id)
    assert f"-k {entry.id}" in text


def test_every_report_is_accounted_for_once():
    names = [name for name, _ in REPORTS]

    assert len(names) == len({*names}) == 99


@pytest.mark.parametrize(("name", "said"), REPORTS, ids=[name for name, _ in REPORTS])
def test_what_is_said_of_a_report_is_what_the_catalogue_has(name, said):
    covering = re.fullmatch(r"`(.+)`", said)

    if covering:
        assert entry_of(covering[1]) == covering[1]
        assert entry_of(name) in {covering[1], None}
    else:
        assert re.match("waits for |none: ", said)
        assert entry_of(name) is None
