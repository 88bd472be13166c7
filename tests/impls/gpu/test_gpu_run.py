"""The run on a GPU on a machine without one: nothing of it passes unseen."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from optimspec.conformance.jobs import listed_jobs
from optimspec.impls.gpu import brought, command, machine
from optimspec.impls.gpu.finding import Rule
from optimspec.impls.gpu.record import Run, joined
from optimspec.impls.gpu.show import show
from optimspec.impls.gpu.step import Step

RULE = Rule("made.rule", "A rule.")
RUN = Run(
    "2026-01-02T03:04:05+00:00",
    {"gpu": "NVIDIA H200 (SXM)"},
    {
        "made": [RULE.found("", "Kept."), RULE.not_run("GPU: not run, there is none")],
        "other": [RULE.measured(False, "Slow.", float("inf"), 1.0, {"ms": 2.5})],
    },
)


def step(run, rules=()):
    return Step("made", "What a test makes.", 1, rules, run)


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(command, "absent", lambda: "there is none")


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_every_rule_that_needs_one_is_told_and_nothing_is_run(capsys, tmp_path):
    path = tmp_path / "run.json"
    names = ("bits", "defect", "sanitizer", "speed", "suite")
    chosen = [word for name in names for word in ("--step", name)]

    assert command.main([*chosen, "--json", str(path)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("not run")]
    rules = [rule for name in names for rule in command.STEPS[name].rules]
    assert [line.split()[2].rstrip(":") for line in lines] == [rule.id for rule in rules]
    assert all("GPU: not run, there is none" in line for line in lines)
    assert {row["passed"] for row in json.loads(path.read_text())["findings"]} == {None}


@pytest.mark.usefixtures("no_gpu")
def test_what_was_not_run_is_a_failure_where_a_gpu_is_required():
    assert command.main(["--step", "defect", "--require-gpu"]) == command.FAILED


@pytest.mark.parametrize(("passed", "status"), [(True, 0), (False, 1), (None, 0)])
def test_one_failure_is_enough_for_the_status(passed, status):
    findings = [RULE.found("", ""), replace(RULE.found("", ""), passed=passed)]
    assert command.status(Run("", {}, {"made": findings}), require_gpu=False) == status


def test_a_step_that_breaks_off_has_failed():
    def breaks():
        yield RULE.found("", "Kept.")
        raise OSError("gone")

    first, last = step(breaks).findings("")
    assert (first.passed, last.passed) == (True, False)
    assert last.message == "It broke off with OSError: gone"


def test_a_step_that_needs_no_gpu_is_made_without_one():
    (found,) = step(lambda: iter([RULE.found("", "Kept.")])).findings("there is none")
    assert found.passed


def test_a_run_is_shown_in_lines_with_its_tally(capsys):
    show(RUN, Console(width=40))
    assert capsys.readouterr().out.splitlines() == [
        "gpu: NVIDIA H200 (SXM)",
        "pass     made.rule: Kept.",
        "not run  made.rule: GPU: not run, there is none",
        "fail     made.rule: Slow.",
        "1 pass, 1 fail, 1 not run",
    ]


def test_a_run_is_shown_as_a_table_on_a_terminal():
    console = Console(width=80, force_terminal=True, record=True)
    show(RUN, console)
    text = console.export_text()
    assert all(word in text for word in ("pass", "fail", "not run", "Slow.", "A rule."))


def test_a_run_goes_on_with_the_steps_of_a_file(tmp_path):
    path = tmp_path / RUN.file_name
    path.write_text(RUN.written())
    again = Run("2027-01-01", RUN.machine, {"made": [RULE.found("worse", "")]})

    assert path.name == "2026-01-02-NVIDIA-H200-SXM.json"
    both = joined(again, path)
    assert [*both.findings] == ["other", "made"]
    assert [finding.passed for finding in both.all] == [False, False]
    assert both.findings["other"][0].figures == {"ms": 2.5}
    with pytest.raises(ValueError, match="another version or GPU"):
        joined(replace(again, machine={"gpu": "other"}), path)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("text", ["[]", "{}", "no"])
def test_what_holds_no_run_is_refused(capsys, tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text)
    arguments = ["--step", "defect", "--add", "--json", str(path)]

    assert command.main(arguments) == command.UNUSABLE
    assert "holds no run" in capsys.readouterr().err
    assert path.read_text() == text


class Brings:
    @classmethod
    def optimspec_evidence(cls):
        yield from (RULE.not_run("no nvcc"), RULE.found("", "Kept."))
        yield Rule("gpu", "The kernels give these bits on a GPU.").not_run("GPU: not run")


class Breaks:
    @classmethod
    def optimspec_evidence(cls):
        raise OSError("gone")


def test_evidence_of_classes_is_brought_once(monkeypatch):
    modules = {"m": type("M", (), {"Brings": Brings, "Breaks": Breaks, "Quiet": int})}
    monkeypatch.setattr(brought, "import_module", lambda name: modules[name])
    found = [*brought.brought(["m:Brings", "m:Quiet", "m:Brings", "m:Breaks"])]

    assert [one.id for one in found] == ["brought.made.rule", "brought.Breaks"]
    assert [one.passed for one in found] == [None, False]


def test_the_machine_says_what_nvidia_smi_says(monkeypatch):
    monkeypatch.setattr(machine, "absent", lambda: "")
    monkeypatch.setattr(machine.torch.cuda, "get_device_name", lambda _: "NVIDIA H200")
    monkeypatch.setattr(machine, "said", lambda _: ", ".join("1234567"))
    found = machine.machine()

    assert (found["gpu"], found["driver_version"], found["clocks.max.sm"]) == (
        "NVIDIA H200",
        "2",
        "4",
    )


def test_a_command_that_fails_says_nothing():
    assert machine.said(["false"]) == machine.said(["/no/such/program"]) == ""
    assert machine.said(["echo", "a\nb"]) == "b"


def test_the_list_is_installed():
    titles = [job.title for job in listed_jobs("gpu")]
    assert len(set(titles)) == len(titles) == 12


def test_the_run_needs_no_package_of_the_suite():
    program = (
        "import sys, optimspec.impls.gpu.command; "
        "print({name.partition('.')[0] for name in sys.modules} & {'pydantic', 'flint', 'typer'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
