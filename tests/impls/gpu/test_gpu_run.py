"""The run on a GPU on a machine without one: nothing of it passes unseen."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from importlib import import_module
from types import SimpleNamespace

import pytest

from optimspec.conformance.gpu_record import GpuRun
from optimspec.conformance.jobs import listed_jobs
from optimspec.impls.gpu import apart, brought, command, machine
from optimspec.impls.gpu.finding import Rule
from optimspec.impls.gpu.record import Run, going_on
from optimspec.impls.gpu.show import show
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.steps import steps
from optimspec.impls.gpu.suite import title
from optimspec.impls.gpu_targets import GPU
from optimspec.reports.gpu import text

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

    assert command.main([*chosen, "--json", str(path), "--keep", str(tmp_path / "kept")]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("not run")]
    rules = [rule for step in steps().values() for rule in step.rules]
    assert [line.split()[2].rstrip(":") for line in lines] == [rule.id for rule in rules]
    assert all("GPU: not run, there is none" in line for line in lines)
    assert {row["passed"] for row in json.loads(path.read_text())["findings"]} == {None}
    assert not (tmp_path / "kept").exists()


@pytest.mark.usefixtures("no_gpu")
def test_what_was_not_run_is_a_failure_where_a_gpu_is_required(tmp_path):
    arguments = ["--step", "defect", "--require-gpu", "--json", str(tmp_path / "run.json")]
    assert command.main(arguments) == command.FAILED


def test_a_run_on_a_gpu_is_kept_with_the_suites_records_beside_it(monkeypatch, tmp_path):
    dates = iter(["2026-01-02T03:04:05+00:00", "2026-01-02T03:05:06+00:00"])
    began = [replace(RUN, date=date, findings={}) for date in dates]
    monkeypatch.setattr(command.Run, "now", lambda _: began.pop(0))
    monkeypatch.setattr(command, "apart", lambda *_: judged())
    path, kept = tmp_path / "run.json", tmp_path / "kept"

    def judged():
        (tmp_path / "run-suite.json").write_text("[]")
        yield RULE.found("", "Kept.")

    for _ in range(2):
        command.main(["--step", "suite", "--json", str(path), "--keep", str(kept)])

    names = ("2026-01-02-03-04-05-NVIDIA-H200-SXM", "2026-01-02-03-05-06-NVIDIA-H200-SXM")
    files = sorted(f"{name}{end}.json" for name in names for end in ("", "-suite"))
    assert sorted(file.name for file in kept.iterdir()) == files


def test_what_was_found_is_written_before_the_run_is_broken_off(monkeypatch, tmp_path):
    def broken_off(*_):
        yield RULE.found("", "Kept.")
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "apart", broken_off)
    path = tmp_path / "run.json"
    with pytest.raises(KeyboardInterrupt):
        command.main(["--step", "defect", "--json", str(path)])
    assert [row["message"] for row in json.loads(path.read_text())["findings"]] == ["Kept."]


def test_a_process_that_dies_leaves_what_it_found_and_every_other_rule_is_told():
    kept = json.dumps(asdict(RULE.found("", "Kept.")))
    dies = f"print({kept!r}, flush=True); import os; os.abort()"
    left = Rule("made.left", "Another.")
    made = step(lambda: iter(()), (RULE, left))
    found = list(made.whole(lambda: apart.printed([sys.executable, "-c", dies])))

    assert [(one.id, one.passed) for one in found] == [
        ("made.rule", True),
        ("made.whole", False),
        ("made.left", None),
    ]
    assert "status -6" in found[1].message


def test_a_run_that_is_left_ends_the_process_of_its_step(tmp_path):
    ended = tmp_path / "ended"
    program = (
        "import pathlib, signal, time\n"
        f"def leave(*_): pathlib.Path({str(ended)!r}).touch(); exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        f"print({json.dumps(asdict(RULE.found('', 'Kept.')))!r}, flush=True)\n"
        "time.sleep(60)"
    )
    findings = apart.printed([sys.executable, "-c", program])
    next(findings)
    findings.close()
    assert ended.exists()


def test_a_step_is_made_in_a_process_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")  # so that it has nothing to compile with
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    (found,) = apart.apart(steps()["code"], "there is none", tmp_path / "suite.json")
    assert (found.id, found.passed) == ("code.memory", None)


@pytest.mark.parametrize(("passed", "status"), [(True, 0), (False, 1), (None, 0)])
def test_one_failure_is_enough_for_the_status(passed, status):
    findings = [RULE.found("", ""), replace(RULE.found("", ""), passed=passed)]
    assert command.status(Run("", {}, {"made": findings}), require_gpu=False) == status


def test_a_step_that_breaks_off_has_failed_and_leaves_no_rule_untold():
    def breaks():
        yield RULE.found("", "Kept.")
        raise OSError("gone")

    left = Rule("made.left", "Another.")
    first, broken, last = step(breaks, (RULE, left)).findings("")
    assert (first.passed, broken.passed, last.passed) == (True, False, None)
    assert broken.message == "It broke off with OSError: gone"
    assert (last.id, last.message) == ("made.left", "the step broke off before")


def test_a_step_that_needs_no_gpu_is_made_without_one():
    (found,) = step(lambda: iter([RULE.found("", "Kept.")])).findings("there is none")
    assert found.passed


def test_a_run_is_shown_in_lines_with_its_tally(capsys):
    show(RUN)
    assert capsys.readouterr().out.splitlines() == [
        "gpu: NVIDIA H200 (SXM)",
        "passed   made.rule: Kept.",
        "not run  made.rule: GPU: not run, there is none",
        "failed   made.rule: Slow.",
        "1 failed, 1 passed, 1 not run",
    ]


def test_the_words_of_a_run_are_those_of_its_page(capsys):
    show(RUN)
    page = text(GpuRun.model_validate_json(RUN.written()))
    shown = capsys.readouterr().out.splitlines()[1:-1]
    assert [line.split() for line in shown] == [line.split() for line in page.splitlines()[1:]]


def test_a_run_is_shown_as_a_table_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    show(RUN)
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("passed", "failed", "not run", "Slow.", "A rule."))


def test_a_terminal_without_rich_is_shown_lines(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    show(RUN)
    assert "passed   made.rule: Kept." in capsys.readouterr().out.splitlines()


@pytest.fixture
def before(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(RUN.written())
    return path


def test_a_run_goes_on_with_the_steps_of_a_file(before):
    both = going_on(replace(RUN, date="2027-01-01", findings={}), before).without(["made"])
    both = both.having("made", RULE.found("worse", ""))

    assert [*both.findings] == ["other", "made"]
    assert [finding.passed for finding in both.all] == [False, False]
    assert both.findings["other"][0].figures == {"ms": 2.5}
    assert both.file_name == RUN.file_name


@pytest.mark.parametrize("name", ["gpu", "torch", "triton", "nvcc", "driver_version", "optimspec"])
def test_a_run_goes_on_only_where_results_depend_on_the_same(before, name):
    other = replace(RUN, machine={**RUN.machine, name: "other"})
    with pytest.raises(ValueError, match=f"same {name}; .* here it is other"):
        going_on(other, before)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("content", ["[]", "{}", "no"])
def test_what_holds_no_run_is_refused_before_the_work(monkeypatch, capsys, tmp_path, content):
    monkeypatch.setattr(command, "apart", lambda *_: pytest.fail("a step was made"))
    path = tmp_path / "run.json"
    path.write_text(content)
    arguments = ["--step", "defect", "--add", "--json", str(path)]

    assert command.main(arguments) == command.UNUSABLE
    assert "holds none" in capsys.readouterr().err
    assert path.read_text() == content


def test_records_of_another_run_are_not_gone_on_with_unless_that_is_asked(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "apart", lambda *_: iter([RULE.found("", "Kept.")]))
    monkeypatch.setattr(command, "KEPT", tmp_path)
    path, records = tmp_path / "run.json", tmp_path / "run-suite.json"
    for add, there in ([], False), (["--add"], True):
        records.write_text("[]")
        command.main(["--step", "suite", "--json", str(path), *add])
        assert records.exists() is there


class Brings:
    @classmethod
    def optimspec_evidence(cls):
        yield from (RULE.not_run("not run: no nvcc"), RULE.found("", "Kept."))
        yield Rule("gpu", "The kernels give these bits on a GPU.").not_run("GPU: not run")


class Breaks:
    @classmethod
    def optimspec_evidence(cls):
        raise OSError("gone")


def test_evidence_of_classes_is_brought_once(monkeypatch):
    modules = {"m": type("M", (), {"Brings": Brings, "Breaks": Breaks})}
    monkeypatch.setattr(brought, "import_module", lambda name: modules[name])
    found = [*brought.brought(["m:Brings", "m:Brings", "m:Breaks"])]

    assert [one.id for one in found] == ["brought.made.rule", "brought.m:Breaks"]
    assert [one.passed for one in found] == [None, False]
    assert found[0].message == "no nvcc"


def test_every_listed_class_brings_evidence():
    for reference in brought.CLASSES:
        module, _, name = reference.partition(":")
        assert hasattr(getattr(import_module(module), name), "optimspec_evidence")


def test_the_machine_says_what_nvidia_smi_says_of_torchs_device(monkeypatch):
    asked = []
    device = SimpleNamespace(name="NVIDIA H200", uuid="12-34")
    monkeypatch.setattr(machine, "absent", lambda: "")
    monkeypatch.setattr(machine.torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(machine.torch.cuda, "get_device_properties", {1: device}.get)
    monkeypatch.setattr(machine, "said", lambda words: asked.append(words) or ", ".join("1234567"))
    found = machine.machine()

    assert (found["gpu"], found["driver_version"]) == ("NVIDIA H200", "2")
    assert found["clocks.max.sm"] == "4"
    assert ["-i", "GPU-12-34"] in [words[-2:] for words in asked]


def test_a_torch_without_cuda_has_no_version_of_it(monkeypatch):
    monkeypatch.setattr(machine, "absent", lambda: "there is none")
    monkeypatch.setattr(machine.torch.version, "cuda", None)
    assert "cuda" not in machine.machine()


def test_the_sanitizer_is_found_in_its_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    path = tmp_path / "compute-sanitizer" / "compute-sanitizer"
    path.parent.mkdir()
    path.touch(0o755)
    assert machine.tool("compute-sanitizer") == str(path)


def test_what_a_machine_lacks_is_said(monkeypatch):
    monkeypatch.setattr(machine, "tool", lambda _: None)
    monkeypatch.setattr(machine, "requires", lambda _: ["not-there>=1", "torch; extra == 'torch'"])
    said = machine.missing()
    assert any(line.startswith("compute-sanitizer: ") for line in said)
    assert any(line.startswith("not-there: `suite` is not run") for line in said)


def test_a_command_that_fails_says_nothing():
    assert machine.said(["false"]) == machine.said(["/no/such/program"]) == ""
    assert machine.said(["echo", "a\nb"]) == "b"


def test_the_list_is_installed():
    titles = [job.title for job in listed_jobs("gpu")]
    assert len(set(titles)) == len(titles) == 12
    assert titles == [title(entry) for entry in GPU]


def test_the_run_needs_no_package_of_the_suite():
    program = (
        "import sys, optimspec.impls.gpu.command; "
        "print({'pydantic', 'typer', 'rich', 'latex2mathml'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
