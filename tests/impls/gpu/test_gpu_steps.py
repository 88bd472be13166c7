"""The steps of the run on a GPU, with stand-ins for what they measure: what each outcome means."""

import contextlib
import io
import re

import pytest
import torch

from optimspec.impls.gpu import code, defect, sanitizer, speed, suite, timing
from optimspec.impls.gpu.timing import Twice
from optimspec.impls.gpu_targets import GPU


@pytest.mark.parametrize("beta2", defect.BETAS2)
def test_the_emulation_has_the_defect_that_is_predicted_and_torch_on_a_cpu_has_not(beta2):
    emulated = defect.compared(defect.emulated(beta2), beta2)
    faithful = defect.compared(defect.stepped(torch.optim.Adam, beta2, "cpu"), beta2)

    assert (emulated.passed, emulated.measure) == (True, 0.0)
    assert faithful.passed is False
    assert faithful.message.startswith("Refuted: ")
    assert max(faithful.figures.values()) < 2 < 200 < emulated.figures["v step 1"]


def test_the_program_of_the_defect_runs():
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(defect.PROGRAM.format(beta2=0.999).replace('"cuda"', '"cpu"'), {})
    errors = [float(found) for found in re.findall(r"off by (\S+) units", printed.getvalue())]
    assert len(errors) == 3
    assert max(errors) < 2


CLEAN = "========= COMPUTE-SANITIZER\nall kernels were run\n========= ERROR SUMMARY: 0 errors\n"
OUTSIDE = "========= COMPUTE-SANITIZER\n========= Invalid __global__ read of size 16 bytes\n"


@pytest.mark.parametrize(
    ("status", "printed", "passed", "message"),
    [
        (0, CLEAN, True, "ERROR SUMMARY: 0 errors"),
        (0, CLEAN.replace("ERROR SUMMARY: 0 errors", "RACECHECK SUMMARY: 0 hazards"), True, "RACE"),
        (9, OUTSIDE + "========= ERROR SUMMARY: 3 errors", False, "Status 9: Invalid __global__"),
        (0, CLEAN.replace("all kernels were run\n", ""), False, "Status 0: ERROR SUMMARY"),
        (1, CLEAN, False, "Status 1: all kernels"),
        (0, CLEAN.replace(" 0 errors", " 10 errors"), False, "Status 0"),
        (255, "========= Error: Device not supported", None, "looked at nothing: Error: Device"),
        (127, "", None, "looked at nothing: it said nothing"),
    ],
)
def test_a_tool_is_clean_only_if_it_says_so_of_a_whole_run(status, printed, passed, message):
    found = sanitizer.judged("memcheck", status, printed)
    assert found.passed is passed
    assert message in found.message


def sass(wide="LDG.E.128.CONSTANT", count=6, more=""):
    loads = f"  /*0100*/  {wide} R4, desc[UR4][R2.64] ;\n" * count
    stores = "  /*0200*/  STG.E.128 desc[UR4][R2.64], R4 ;\n" * 5
    return "".join(f"\t\tFunction : {name}\n{loads}{stores}{more}" for name in code.KERNELS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (sass(), None),
        (sass(wide="LDG.E.64"), "adam_one_float32 has 0 LDG of 16 bytes, of at least 4."),
        (sass(count=5), "adam_one_bfloat16 has 5 LDG of 16 bytes, of at least 6."),
        (sass(more="  STL [R1], R2 ;\n"), "adam_one_float32 moves local memory 1 times."),
        ("", "There is no adam_one_float32."),
    ],
)
def test_machine_code_is_judged_kernel_by_kernel(text, problem):
    found = code.problems(text)
    assert problem in found if problem else not found


def times(ours=1.05, torch=1.2, copy=1.0):
    each = {speed.OURS: ours, speed.TORCH: torch, speed.COPY: copy}
    return {name: Twice(t * 1e-3, t * 1.001e-3) for name, t in each.items()}


@pytest.mark.parametrize(
    ("taken", "share", "ahead"),
    [
        (times(), True, True),
        (times(ours=1.10), False, True),
        (times(ours=1.25), False, False),
        (times(torch=1.0505), True, False),
    ],
)
def test_goals_of_speed(taken, share, ahead):
    of_copy, before = speed.of_one(taken, 10**9)

    assert (of_copy.passed, before.passed) == (share, ahead)
    assert of_copy.measure == pytest.approx(1e-3 / min(taken[speed.OURS]))
    assert "a copy moves 28.000 TB/s" in of_copy.message
    assert speed.of_many(taken).passed is ahead


def test_times_are_taken_in_turns_and_the_first_rounds_left_out():
    taken = []

    def clock(call):
        taken.append(call())
        return len(taken)

    found = timing.medians({"a": lambda: "a", "b": lambda: "b"}, clock)

    assert "".join(taken) == "ab" * 2 * (timing.WARM + timing.ROUNDS)
    middle = 4 * (timing.WARM + timing.ROUNDS // 2)
    assert found == {"a": Twice(middle + 1, middle + 3), "b": Twice(middle + 2, middle + 4)}


def test_as_many_elements_as_fit():
    assert speed.that_fit(140 * 2**30) == speed.MOST
    assert speed.that_fit(8 * 2**30) * 60 < 8 * 2**30


def test_all_optimizers_move_the_same_memory(monkeypatch):
    kinds = {
        speed.TORCH: lambda params: torch.optim.Adam(params, fused=True),
        "torch, foreach": lambda params: torch.optim.Adam(params, foreach=True),
    }
    monkeypatch.setattr(speed, "_KINDS", kinds)
    (param,) = speed.parameters(1, 8, "cpu")
    steps = speed.sharing([param])
    after = param.detach().clone()
    (first, second) = (step.__self__.state[param]["exp_avg"] for step in steps.values())

    assert first.data_ptr() == second.data_ptr()
    for step in steps.values():
        step()
        assert (param < after).all()
        after = param.detach().clone()


def record(entry, **changed):
    edits = [{"id": edit} for edit in entry.edits]
    made = {
        "target": entry.reference,
        "verdict": entry.verdict or "imprecise",
        "summary": "It computes Adam.",
        "matched": {"edits": edits},
        "error_constants": {"float32": 0.5, "bfloat16": "NaN"},
    }
    return {**made, **changed}


def test_verdicts_are_what_the_list_says_and_what_nobody_knows_is_told():
    found = list(suite.judged([record(entry) for entry in GPU]))

    assert len(found) == len(GPU)
    assert all(one.passed for one in found)
    assert found[0].figures == {"k in float32": 0.5}
    assert sum("nobody knows" in one.title for one in found) == 2


@pytest.mark.parametrize(
    "changed",
    [{"verdict": "error", "matched": None}, {"matched": {"edits": [{"id": "eps-hat"}]}}],
)
def test_another_verdict_fails(changed):
    (found,) = suite.judged([record(GPU[0], **changed)], GPU[:1])
    assert found.passed is False


def test_a_list_that_is_not_judged_whole_fails():
    (found,) = suite.judged([record(GPU[0])])
    assert found.message == f"There are 1 records of {len(GPU)} targets."


@pytest.mark.parametrize(
    ("status", "printed", "passed"),
    [
        (0, "seed 0", True),
        (1, "seed 0\nunexpected: ...", True),
        (1, "Traceback\nModuleNotFoundError: No module named 'pydantic'", None),
        (1, "Traceback\nValueError: no", False),
        (2, "error: --device cuda needs a GPU", False),
        (-1, "It took more than 540 s.", False),
    ],
)
def test_what_the_command_of_the_suite_came_to(status, printed, passed):
    assert suite.outcome(status, printed).passed is passed
