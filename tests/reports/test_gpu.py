"""The page of a run on a GPU: failures first, and what was not run never as passed."""

import json
import re

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.conformance.gpu_record import GpuFinding, GpuRun
from optimspec.reports import gpu
from optimspec.reports.load import UnreadableReport


def finding(name, passed, **more):
    usual = {
        "step": "bits", "id": name, "title": f"<{name}> is kept.", "cites": "docs/gpu.md",
        "passed": passed, "message": f"{name} <b>\x1b[2J", "measure": None, "limit": None,
        "figures": {}, "program": "",
    }  # fmt: skip
    return GpuFinding(**usual | more)


RUN = GpuRun(
    date="2026-01-02T03:04:05+00:00",
    machine={"gpu": "NVIDIA <H200>", "driver_version": "580.1"},
    findings=[
        finding("kept", True, measure=0.95, limit=0.92, figures={"copy, first ms": 6.5}),
        finding("unseen", None),
        finding("broken", False, program="import torch  # <script>"),
    ],
)


@pytest.fixture
def page():
    return gpu.render(RUN)


def test_failures_come_first_and_what_was_not_run_last(page):
    assert re.findall(r"<code>(\w+)</code>", page) == ["broken", "kept", "unseen"]
    outcomes = re.findall(r'class="status (\w+)"><span[^>]*>.</span> ([\w ]+)<', page)
    assert outcomes == [("fail", "failed"), ("pass", "passed"), ("skip", "not run")]


def test_the_headline_counts_what_was_not_run_apart(page):
    said = "1 failed, 1 passed, 1 not run, on NVIDIA &lt;H200&gt;, 2026-01-02T03:04:05+00:00."
    assert said in page


def test_all_that_was_measured_is_shown_and_nothing_acts(page):
    for shown in ("copy, first ms", "6.5", "0.95", "0.92", "580.1", "import torch"):
        assert shown in page
    assert "<script" not in page
    assert "<b>" not in page
    assert "\x1b" not in page


def test_a_run_is_read_and_reported_by_the_command(tmp_path):
    path, made = tmp_path / "run.json", tmp_path / "page.html"
    path.write_text(RUN.model_dump_json())
    assert gpu.read(path) == RUN

    lines = CliRunner().invoke(app, ["report", str(path)]).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["passed", "not", "failed"]
    assert CliRunner().invoke(app, ["report", str(path), "--html", str(made)]).exit_code == 0
    assert made.read_text() == gpu.render(RUN)


@pytest.mark.parametrize("more", [["{0}"], ["--against", "{0}"], ["--junit", "{0}.xml"]])
def test_a_run_is_shown_alone(tmp_path, more):
    path = tmp_path / "run.json"
    path.write_text(RUN.model_dump_json())
    told = CliRunner().invoke(app, ["report", str(path), *(word.format(path) for word in more)])
    assert told.exit_code == 2
    assert "A run on a GPU is shown alone" in told.output


def test_the_page_does_not_take_the_place_of_the_run(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(RUN.model_dump_json())
    assert CliRunner().invoke(app, ["report", str(path), "--html", str(path)]).exit_code == 2
    assert gpu.read(path) == RUN


@pytest.mark.parametrize("spoiled", [{"gpu_version": "2"}, {"findings": 1}, {"date": None}])
def test_a_spoiled_run_is_refused_in_a_sentence(tmp_path, spoiled):
    path = tmp_path / "run.json"
    whole = {"gpu_version": "1", "machine": {}, "findings": [], "date": ""}
    path.write_text(json.dumps(whole | spoiled))
    with pytest.raises(UnreadableReport, match=r"run\.json does not hold one .*Make it again"):
        gpu.read(path)


def test_other_files_hold_no_run(tmp_path):
    path = tmp_path / "r.json"
    path.write_text("[]")
    assert gpu.read(path) is None
