"""How the tests of a session end, by what the records say that it is given."""

import json
import os
import subprocess
import sys
from itertools import permutations

import pytest

from optimspec.conformance.checks import CHECKS
from optimspec.conformance.jobs import Job, broken_off
from optimspec.conformance.pytest import judging
from optimspec.conformance.pytest.checks import Check
from optimspec.conformance.pytest.families import FAMILIES, family_of
from optimspec.conformance.pytest.judgements import Judgements
from optimspec.conformance.pytest.outcome import agreed, conclude, marked
from optimspec.conformance.pytest.request import Request, Settings
from optimspec.conformance.record import CheckResult, Counterexample, Status, Verdict

pytest_plugins = ["pytester"]

EXAMPLE = Counterexample(
    case="normal",
    format="float64",
    step=1,
    parameter=0,
    element=0,
    variable="theta",
    got=1.0,
    expected=2.0,
    error=1.0,
    bound=0.5,
    snippet="import mine\nprint(mine.reproduced)\n",
)
BROKEN = {"precision.float32": (Status.FAIL, "It is off.", 9.5, 8.0, EXAMPLE)}
KEPT = {"precision.float32": (Status.PASS, "It is right.", 0.5, 8.0, None)}
NOT_TRIED = {"precision.float32": (Status.SKIP, "No float32.", None, None, None)}
UNDECIDED = {"precision.float32": (Status.ERROR, "It broke off.", None, None, None)}
BESIDE = {"precision.float64": (Status.PASS, "It is right.", 0.25, 8.0, None)}

ONE = "-kAdam-precision"


def record(results, verdict=Verdict.NONCONFORMING, target="mine:Adam"):
    checks = [
        CheckResult(
            id=name, title="The rule.", cites="the source", status=status, message=message,
            measure=measure, limit=limit, counterexample=example,
        )
        for name, (status, message, measure, limit, example) in results.items()
    ]  # fmt: skip
    none = broken_off(Job(target, "momentum"), "", "The diagnosis.", seed=0).record
    return none.model_copy(update={"checks": checks, "verdict": verdict})


def ended(test, *arguments):
    """How a test ends."""
    try:
        test(*arguments)
    except pytest.xfail.Exception:  # which is a failure, too
        return "xfailed"
    except pytest.fail.Exception:
        return "failed"
    except pytest.skip.Exception:
        return "skipped"
    return "passed"


@pytest.fixture
def session(pytester, monkeypatch):
    """A session with one test function for checks of ``targets``, whose records are given."""

    def run(made, *options, arguments="", targets='["mine:Adam"]'):
        monkeypatch.setattr(judging, "judged", lambda requests: [(r, made) for r in requests])
        pytester.makepyfile(
            test_mine=f"""
            from optimspec.conformance import parametrize_with_checks

            @parametrize_with_checks({targets}, {arguments})
            def test_optimizer(target, check):
                check(target)
            """,
        )
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-ra", *options)

    return run


def test_the_families_are_the_checks_and_every_result_is_of_one():
    names = [check.__name__.replace("_", "-") for check in CHECKS]

    assert names == [*FAMILIES]
    assert [family_of(name) for name in names] == names
    assert family_of("invariant.sign") == "invariants"
    assert family_of("option.all") == "options"


@pytest.mark.parametrize(
    ("results", "expected", "outcome"),
    [
        (KEPT, {}, "passed"),
        (BROKEN, {}, "failed"),
        (UNDECIDED, {}, "failed"),
        (NOT_TRIED, {}, "skipped"),
        (NOT_TRIED | BESIDE, {}, "passed"),
        (BROKEN, {"precision.float32": "why"}, "xfailed"),
        (BROKEN | BESIDE, {"precision": "why"}, "xfailed"),
        (UNDECIDED, {"precision.float32": "why"}, "xfailed"),
        (KEPT, {"precision.float32": "why"}, "failed"),
        (KEPT | BESIDE, {"precision": "why"}, "failed"),
        (BROKEN | BESIDE, {"precision.float64": "why"}, "failed"),
        (NOT_TRIED, {"precision.float32": "why"}, "skipped"),
        (KEPT, {"precision.float23": "why"}, "failed"),
        ({}, {}, "failed"),
        ({}, {"precision": "why"}, "failed"),
    ],
)
def test_a_check_ends_as_its_results_and_what_was_expected_of_them_say(results, expected, outcome):
    check = Check("precision", request=None, expected=expected)

    assert ended(conclude, record(results), check) == outcome


CLOSURE = {"contract.closure": (Status.FAIL, "It is not called.", None, None, None)}
COMPLEX = {"contract.complex": (Status.PASS, "It is right.", None, None, None)}
BOTH = {"contract": "all of it", "contract.closure": "this"}


@pytest.mark.parametrize("names", [*permutations(BOTH)])
def test_the_order_of_what_is_expected_decides_nothing(names):
    results = record(CLOSURE | COMPLEX).checks
    found = marked(results, {name: BOTH[name] for name in names})

    assert [result.status for result in found] == [Status.XFAIL, Status.PASS]
    assert all(reason in found[0].message for reason in BOTH.values())


@pytest.mark.parametrize(
    ("voices", "closure", "complex_"),
    [
        ([], Status.FAIL, Status.PASS),
        ([{}], Status.FAIL, Status.PASS),
        ([{"contract.closure": "why"}], Status.XFAIL, Status.PASS),
        ([{"contract.closure": "why"}, BOTH], Status.XFAIL, Status.PASS),
        ([{"contract.closure": "why"}, {}], Status.FAIL, Status.PASS),
        ([{"contract.complex": "why"}, {}], Status.FAIL, Status.XPASS),
        ([{"contract.complex": "why"}, {"contract.closure": "why"}], Status.FAIL, Status.XPASS),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_of_several_functions_the_worst_is_reported(voices, closure, complex_, order):
    found = agreed(record(CLOSURE | COMPLEX).checks, voices[::order])

    assert [result.status for result in found] == [closure, complex_]


@pytest.mark.parametrize("order", [1, -1])
def test_each_function_has_its_own_expectations_of_one_judgement(tmp_path, monkeypatch, order):
    made = record(CLOSURE)
    monkeypatch.setattr(judging, "judged", lambda requests: [(r, made) for r in requests])
    judgements = Judgements(tmp_path)
    expected = {"first": {"contract.closure": "why"}, "second": {}}
    for place in [*expected][::order]:
        request = Request("mine:Adam", None, {}, Settings((), 0, False, "cpu", 1, 1), place)
        judgements.record(request)
        judgements.expect(request, expected[place])

    (found,) = judgements.records()
    assert [result.status for result in found.checks] == [Status.FAIL]


def test_what_is_expected_can_depend_on_the_target(session):
    found = session(
        record(BROKEN),
        "-kAdam-precision or Sgd-precision",
        targets='["mine:Adam", "mine:Sgd"]',
        arguments="expected_failed=lambda target: {'precision': target} if 'A' in target else {}",
    )

    found.assert_outcomes(xfailed=1, failed=1, deselected=18)
    found.stdout.fnmatch_lines(
        ["XFAIL *Adam-precision* mine:Adam (precision.float32)", "FAILED *Sgd-precision*"]
    )


def test_a_failure_says_what_was_measured_against_what_and_how_to_see_it(session):
    found = session(record(BROKEN), ONE)

    found.stdout.fnmatch_lines(
        [
            "mine:Adam: nonconforming. The diagnosis.",
            "fail  precision.float32: It is off.",
            "The rule.",
            "Source: the source",
            "Measured 9.5, limit 8",
            "import mine",
            "print(mine.reproduced)",
        ]
    )
    found.stdout.no_fnmatch_line("*conformance*pytest*.py*")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"precison.float32": "why"}, "*found 'precison.float32'. Did you mean 'precision'?*"),
        ({"long-run.float64": "why"}, "*found 'long-run.float64'. Did you mean*"),
        ({"precision.float23": "why"}, "*has no 'precision.float23'. Near it are: precision.flo*"),
    ],
)
def test_an_id_that_no_check_has_is_refused_and_those_near_it_are_named(session, expected, said):
    found = session(record(KEPT), ONE, arguments=f"expected_failed={expected}")

    found.stdout.fnmatch_lines([said])
    assert found.ret != 0


def test_an_unexpected_pass_says_so(session):
    found = session(record(KEPT), ONE, arguments="expected_failed={'precision': 'why'}")

    found.stdout.fnmatch_lines(["xpass  precision.float32: It is right. Expected to fail: why"])


def test_a_bad_verdict_that_no_check_gives_is_a_failure_of_the_formula(session):
    found = session(record(KEPT, Verdict.IMPRECISE), "-kAdam-precision or formula")

    found.assert_outcomes(passed=1, failed=1, deselected=8)
    found.stdout.fnmatch_lines(["*Adam-formula*", "mine:Adam: imprecise. The diagnosis."])


def test_targets_of_one_name_have_their_whole_names(session):
    found = session(record(KEPT), "--collect-only", targets='["a.b:Adam", "c:Adam", "c:Sgd"]')

    found.stdout.fnmatch_lines(["*[[]a.b:Adam-runs]*", "*[[]c:Adam-runs]*", "*[[]Sgd-runs]*"])


def test_ten_thousand_steps_are_a_test_where_they_are_asked_for(session):
    found = session(record(KEPT), "-klong-run", arguments="long=True")

    found.assert_outcomes(skipped=1, deselected=10)


def test_reports_have_every_record_with_what_was_expected_of_it(session, pytester):
    page, data = "out.html", "out.json"
    found = session(
        record(BROKEN | BESIDE),
        ONE,
        f"--optimspec-report={page}",
        f"--optimspec-report={data}",
        arguments="expected_failed={'precision.float32': 'why'}",
    )

    written = json.loads((pytester.path / data).read_text())
    assert [(c["id"], c["status"]) for c in written["checks"]] == [
        ("precision.float32", "xfail"),
        ("precision.float64", "pass"),
    ]
    assert {claim["outcome"] for claim in written["specification"]["claims"]} == {"proved"}
    assert "mine:Adam" in (pytester.path / page).read_text()
    found.stdout.fnmatch_lines(
        ["mine:Adam: nonconforming; 1 xfail, 1 pass", f"wrote *{page}", f"wrote *{data}"]
    )


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("out.pdf", "--optimspec-report takes a file ending in .html or .json"),
        ("folder.html", "*file must be writable"),
        ("file/out.html", "*file must be writable"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_the_tests(pytester, path, rule):
    pytester.mkdir("folder.html")
    (pytester.path / "file").write_text("")
    found = pytester.runpytest_inprocess(f"--optimspec-report={path}")

    found.stderr.fnmatch_lines([f"ERROR: {rule}; *{path}*"])
    assert found.ret == pytest.ExitCode.USAGE_ERROR


def test_folders_that_are_missing_are_made_for_a_report(session, pytester):
    session(record(KEPT), ONE, "--optimspec-report=new/out.json")

    assert [path.name for path in (pytester.path / "new").iterdir()] == ["out.json"]


def test_a_report_that_cannot_be_written_any_more_is_an_error(session, pytester):
    pytester.makeconftest(
        """
        from pathlib import Path

        def pytest_runtest_teardown():
            Path("out.json").mkdir(exist_ok=True)
        """
    )
    found = session(record(KEPT), ONE, "--optimspec-report=out.json")

    found.assert_outcomes(passed=1, deselected=9)
    found.stdout.fnmatch_lines(["*file must be writable; *out.json: Is a directory."])
    assert found.ret == pytest.ExitCode.USAGE_ERROR


def test_without_the_extra_a_test_says_what_to_install(session, monkeypatch):
    monkeypatch.delitem(sys.modules, "optimspec.conformance.pytest.judgements")
    monkeypatch.setitem(sys.modules, "filelock", None)
    found = session(record(KEPT), ONE)

    found.assert_outcomes(failed=1, deselected=9)
    found.stdout.fnmatch_lines(
        ['Judging in tests needs filelock, *: run `pip install "optimspec[[]pytest]"`.']
    )
    found.stdout.no_fnmatch_line("*Traceback*")


def test_where_nothing_is_judged_no_report_is_written(pytester):
    pytester.makepyfile("def test_it(): pass")
    found = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--optimspec-report=out.html")

    found.stdout.fnmatch_lines(["Nothing was judged: *out.html was not written."])
    assert not (pytester.path / "out.html").exists()


def test_sessions_that_judge_nothing_import_nothing_that_takes_time(pytester):
    pytester.makepyfile(
        """
        import sys
        from optimspec.conformance import parametrize_with_checks

        def test_it():
            slow = {"sympy", "numpy", "torch", "matplotlib", "pydantic"}
            assert not slow & {*sys.modules}
        """
    )
    run = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", pytester.path]
    said = subprocess.run(run, capture_output=True, text=True, check=False, env=os.environ)

    assert said.returncode == 0, said.stdout
