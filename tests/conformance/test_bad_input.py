"""A file that holds no report is refused in a line, with status 2, and nothing is written."""

import json
import os
from copy import deepcopy
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from typer.testing import CliRunner

from hostile import made
from optimspec.conformance.cli import app
from optimspec.conformance.record import Record
from optimspec.reports import diff, html, junit, load, markdown

GOOD = load.dumps([made(Record, "word"), made(Record, "other")])
KEPT = "what was there before"

ODD = st.sampled_from(
    [None, True, 0, -1, 10**18, 10**400, 0.5, -1e308, 5e-324, float("nan"), float("inf"),
     "", "NaN", "-Infinity", "12", "2", "conforms", "\x1b[2J\u202e", "x" * 10**5, "\\frac{",
     [], {}, [[]], {"": None}, [0] * 99]
)  # fmt: skip
"""What may stand where it should not."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where files are read and written; pages are made without drawings, which take most time."""
    monkeypatch.setattr("optimspec.reports.html.error_plot", lambda *_: Markup("<svg></svg>"))
    return tmp_path


def places(item, path=()):
    """The paths to all parts of what JSON holds."""
    yield path
    if isinstance(item, dict | list):
        for key in item if isinstance(item, dict) else range(len(item)):
            yield from places(item[key], (*path, key))


@st.composite
def misshapen(draw):
    """Records of which up to three parts are gone, something else, or there twice."""
    found = json.loads(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([path for path in places(found) if path]))
        inside = found
        for key in path:
            inside = inside[key]
        match draw(st.sampled_from(["replace", "remove", "repeat"])):
            case "replace":
                inside[last] = deepcopy(draw(ODD))  # a later change may be inside it
            case "remove":
                del inside[last]
            case "repeat" if isinstance(inside, list):
                inside.append(inside[last])
            case "repeat":
                inside[f"{last}_"] = inside[last]
    return json.dumps(found).encode()


@st.composite
def damaged(draw):
    """A file of which a piece is gone, doubled, or something else."""
    data = GOOD.encode()
    first, last = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
    return data[:first] + draw(st.binary(max_size=8) | st.just(data[first:last] * 2)) + data[last:]


def printed(*arguments):
    """Runs a command and gives its status; with 2 it says why in a line, and nothing else."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 2)
    if result.exit_code == 2:
        (line,) = result.stderr.splitlines()
        assert line.startswith("error: ")
        assert line.endswith(".")
        assert line.isprintable()
        assert result.stdout == ""
    return result.exit_code


def read(path):
    """The records in a file, or why there are none."""
    try:
        return load.read(path), ""
    except load.UnreadableReport as refused:
        return [], str(refused)


def reported(*arguments):
    return printed("report", *arguments)


FILES = st.one_of(misshapen(), damaged(), st.binary(max_size=40), st.just(GOOD.encode()))
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
many = settings(few, max_examples=150)


@many
@given(FILES)
def test_what_is_read_can_be_shown_in_every_way_and_the_rest_is_refused(folder, data):
    path = folder / "r.json"
    path.write_bytes(data)
    records, why = read(path)

    assert bool(records) != bool(why)
    assert why.isprintable()
    if records:
        assert html.render(records).endswith("</html>")
        assert len(fromstring(junit.render(records))) == len(records)
        assert markdown.render(records).count("\n- ") == len(records)
        assert diff.changes(records, records) == []
        path.write_text(load.dumps(records), encoding="utf-8")
        assert load.dumps(load.read(path)) == load.dumps(records)


@few
@given(FILES)
def test_a_file_makes_a_page_or_a_line(folder, data):
    path, page = folder / "r.json", folder / "page.html"
    path.write_bytes(data)
    page.write_text(KEPT)
    status = reported(path, "--html", page)
    text = page.read_text(encoding="utf-8")

    assert text.endswith("</html>") if status == 0 else text == KEPT
    assert path.read_bytes() == data


def bad(folder, name):
    """A path to something that is no report."""
    path = folder / f"{name}.json"
    match name:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "zeros":
            return Path("/dev/zero")
        case "loop":
            path.symlink_to(path)
        case "empty":
            path.touch()
        case "deep":
            path.write_text("[" * 10**5 + "]" * 10**5)
        case "older":
            path.write_text(GOOD.replace('"schema_version": "1"', '"schema_version": "0"'))
        case "latin":
            path.write_bytes(GOOD.replace("word", "wörd").encode("latin-1"))
        case "large":
            with path.open("wb") as file:
                file.truncate(load.MAX_BYTES + 1)
    return path


BAD = ("absent", "pipe", "folder", "zeros", "loop", "empty", "deep", "older", "latin", "large")


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_report_is_refused_before_anything_is_written(folder, name):
    """As the file that is shown, after a good one, and as the one that it is compared with."""
    path, good, page = bad(folder, name), folder / "good.json", folder / "page.html"
    good.write_text(GOOD)
    page.write_text(KEPT)

    assert reported(good, path, "--html", page, "--junit", page) == 2
    assert reported(good, "--against", path, "--markdown", page) == 2
    assert page.read_text() == KEPT


@pytest.mark.parametrize("name", ["older", "latin", "deep", "large"])
def test_a_run_is_not_resumed_from_what_is_no_report(folder, name):
    path = bad(folder, name)
    before = path.read_bytes()
    status = printed("check", "nomodule:Adam", "--resume", "--json", path)

    assert status == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize("option", ["--html", "--junit", "--markdown"])
def test_a_report_does_not_take_the_place_of_its_records(folder, option):
    path, link = folder / "r.json", folder / "link.html"
    path.write_text(GOOD)
    link.symlink_to(path)

    assert reported(path, option, link) == 2
    assert reported(folder / "r.json", "--against", path, option, path) == 2
    assert path.read_text() == GOOD


@pytest.mark.parametrize("name", ["\x1b[2J\r.json", "\u202enosj.json", "\udcff.json"])
def test_a_files_name_cannot_steer_the_terminal(folder, name):
    assert reported(folder / name) == 2
