"""The command line: exit statuses, sentences and files."""

import json
import xml.etree.ElementTree as ET
from functools import partial

import pytest
from typer.testing import CliRunner

from optimspec.conformance import CannotLoad
from optimspec.conformance.cli import app
from optimspec.conformance.record import RECORDS

pytestmark = pytest.mark.usefixtures("short", "here")

ADAM = "optimspec.impls.naive_numpy:NaiveAdam"
ADAMW = "torch.optim:AdamW"
FORMAT = ("--dtype", "float64")
MINE = '''
import sys
import numpy as np
from optimspec.impls.naive_numpy import NaiveAdam


class NoMomentumAdam(NaiveAdam):
    def _update(self, theta, g, m, v, t):
        beta1, beta2 = self.betas
        m[...] = beta1 * (1 - beta1) * g
        v[...] = beta2 * v + (1 - beta2) * g**2
        step = self.lr * m / (1 - beta1**t)
        theta[...] = theta - step / (np.sqrt(v / (1 - beta2**t)) + self.eps)


class NanAdam(NaiveAdam):
    def step(self, gradients):
        print("stepping")
        self.parameters[0][...] = np.nan


class UnmadeAdam:
    def __init__(self, params, lr=1e-3):
        raise RuntimeError("no\\nluck")

    def step(self, gradients): ...


class FailingAdam(NaiveAdam):
    def step(self, gradients):
        raise RuntimeError("no luck")


class LeavingAdam(NaiveAdam):
    def step(self, gradients):
        sys.exit(0)


class ReshapingAdam(NaiveAdam):
    def step(self, gradients):
        self.parameters[0].resize((1, *self.parameters[0].shape), refcheck=False)


class Other:
    """Nothing that could be judged."""
'''


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    path = tmp_path_factory.mktemp("targets") / "mine_of_the_cli_tests.py"
    path.write_text(MINE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def here():
    """Judge in this process, whose cases are few: test_isolation has the processes of targets."""

    def isolated(jobs, judge, broken_off, limits, heard):
        for number, job in jobs.items():
            yield number, judge(job, progress=partial(heard, job))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimspec.conformance.progress.isolated", isolated)
        yield


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


class TestExitStatus:
    def test_is_0_where_the_target_conforms(self):
        result = run("check", ADAM, *FORMAT)

        assert result.exit_code == 0
        assert result.output.startswith(f"{ADAM}  conforms\n")
        assert result.output.endswith("seed 0\n")

    @pytest.mark.usefixtures("shallow")
    def test_is_1_where_it_does_not(self, mine):
        result = run("check", f"{mine}:NanAdam", *FORMAT)

        assert result.exit_code == 1
        assert "nonconforming" in result.output
        assert "It is reproduced by:" in result.output

    @pytest.mark.parametrize(
        ("verdict", "accepted", "status"),
        [
            ("nonconforming", "nonconforming", 0),
            ("nonconforming", "variant", 1),
            ("error", "error", 0),
        ],
    )
    def test_is_0_where_the_verdict_is_accepted(self, mine, verdict, accepted, status):
        name = {"nonconforming": "NoMomentumAdam", "error": "FailingAdam"}[verdict]
        result = run("check", f"{mine}:{name}", *FORMAT, "--accept", accepted)

        assert result.exit_code == status
        assert verdict in result.output

    @pytest.mark.parametrize("name", ["FailingAdam", "LeavingAdam", "ReshapingAdam"])
    def test_is_1_where_it_fails_at_every_step(self, mine, name):
        result = run("check", f"{mine}:{name}", *FORMAT)

        assert result.exit_code == 1
        assert "  error\n  It does not run: " in result.output

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ([], "There must be a target"),
            (["nowhere.py:Adam"], "A target's file must exist; there is none at nowhere.py."),
            (["nomodule:Adam"], "nomodule needs nomodule, which is not installed."),
            (["{mine}:Absent"], "it has no 'Absent'. It defines: NoMomentumAdam, NanAdam,"),
            (["{mine}"], "Name the class or function after a colon."),
            (["{mine}:Other"], "is the class Other. Wrap it in one of these."),
            (["{mine}:UnmadeAdam"], "raised RuntimeError: no luck (line"),
            ([ADAM, "--spec", "adom"], "no specification called 'adom'. Did you mean 'adam'?"),
            ([ADAM, "--spec", "zzz"], "`optimspec list` shows the names."),
            ([ADAM, "--dtype", "float8"], "--dtype takes one of float64, float32, bfloat16, flo"),
            ([ADAM, "--dtype", "bfloat16"], "takes float64, float32, float16, and bfloat16 was"),
            ([ADAM, "--arg", "lr"], "--arg takes NAME=LITERAL with a Python literal; found 'lr'."),
            ([ADAM, "--arg", "lr=fast"], "found 'lr=fast'."),
            ([ADAM, "--arg", "esp=1"], "found 'esp'. Did you mean 'eps'?"),
            ([ADAM, "--seed", "-1"], "Invalid value for '--seed'"),
            ([ADAM, "--accept", "fine"], "'fine' is not one of"),
        ],
    )
    def test_is_2_with_a_sentence_for_bad_usage(self, mine, arguments, sentence):
        result = run("check", *(a.replace("{mine}", str(mine)) for a in arguments))

        assert result.exit_code == 2
        assert sentence in result.output

    def test_an_interrupt_is_the_users(self, monkeypatch):
        def interrupted(*arguments):
            raise KeyboardInterrupt

        monkeypatch.setattr("optimspec.conformance.progress.isolated", interrupted)

        assert run("check", ADAM).exit_code == 130


def test_the_name_says_what_it_is_judged_as():
    """AdamW is judged as AdamW, without --spec."""
    result = run("check", ADAMW, "--arg", "foreach=False", *FORMAT)

    assert result.exit_code == 0
    assert f"{ADAMW}(foreach=False)  conforms\n  It computes AdamW; " in result.output


def test_no_momentum_is_told_by_its_edit_and_remedy(mine):
    result = run("check", f"{mine}:NoMomentumAdam", "--spec", "adam", *FORMAT)

    assert "It computes Adam with first-moment-without-history." in result.output
    assert "Remedy: Write m = beta1 * m + (1 - beta1) * grad." in result.output


def test_the_profile_tells_where_the_time_went():
    assert "identification, cases and truth" in run("check", ADAM, *FORMAT, "--profile").output


@pytest.fixture(scope="module")
def made(tmp_path_factory, mine, here):
    """Three targets, the second of which cannot be loaded."""
    folder = tmp_path_factory.mktemp("reports") / "new"
    paths = {kind: folder / f"r.{kind}" for kind in ("html", "json", "junit", "markdown")}
    result = run(
        "check", ADAM, "nomodule:Adam", f"{mine}:FailingAdam", *FORMAT,
        *(part for kind, path in paths.items() for part in (f"--{kind}", path)),
    )  # fmt: skip
    return result, paths


class TestFiles:
    def test_one_bad_target_keeps_the_others_results(self, made):
        result, paths = made
        records = RECORDS.validate_json(paths["json"].read_bytes())

        assert result.exit_code == 2
        assert [r.verdict for r in records] == ["conforms", "error", "error"]
        assert "nomodule needs nomodule" in records[1].summary
        assert all(record.specification.claims for record in records)
        assert all(f"wrote {path}" in result.output for path in paths.values())

    def test_the_page_is_whole(self, made):
        text = made[1]["html"].read_text(encoding="utf-8")

        assert text.rstrip().endswith("</html>")
        assert "nomodule:Adam" in text

    def test_junit_is_xml_with_a_suite_for_each_target(self, made):
        assert len(ET.parse(made[1]["junit"]).getroot().findall("testsuite")) == 3

    def test_markdown_has_every_target(self, made):
        text = made[1]["markdown"].read_text(encoding="utf-8")

        assert text.count("FailingAdam") >= 1
        assert ADAM in text

    def test_report_joins_files_and_compares_them(self, made, tmp_path):
        records = json.loads(made[1]["json"].read_bytes())
        first, second, page = (tmp_path / name for name in ("1.json", "2.json", "m.html"))
        first.write_text(json.dumps(records[0]))
        second.write_text(json.dumps(records[1:]))

        joined = run("report", first, second, "--html", page)
        assert (joined.exit_code, joined.output) == (0, f"wrote {page}\n")
        assert page.read_text(encoding="utf-8").count("</html>") == 1

        compared = run("report", second, "--against", first)
        assert compared.exit_code == 0
        assert "nomodule:Adam" in compared.output

        shown = run("report", first)
        assert ADAM in shown.output

    def test_report_needs_records(self, mine):
        for path, sentence in ((mine, "A report is a JSON file"), ("absent.json", "cannot be (")):
            result = run("report", path)

            assert result.exit_code == 2
            assert sentence in result.output

    def test_files_must_be_writable(self, mine, tmp_path):
        (tmp_path / "file").touch()
        result = run("check", f"{mine}:FailingAdam", "--html", tmp_path / "file" / "r.html")

        assert result.exit_code == 2
        assert "A file must be writable" in result.output


@pytest.mark.parametrize("command", ["check", "explain", "list", "report"])
def test_help_shows_examples(command):
    result = run(command, "--help")

    assert result.exit_code == 0
    assert f"optimspec {command} " in result.output.partition("Example")[2]


def test_no_command_shows_the_commands():
    result = run()

    assert all(command in result.output for command in ("check", "explain", "list", "report"))


def test_the_version_is_told():
    assert run("--version").output.startswith("optimspec ")


def test_the_python_interface_raises_what_the_command_says():
    from optimspec.conformance import check

    with pytest.raises(CannotLoad, match="Did you mean 'eps'"):
        check(ADAM, esp=1)
