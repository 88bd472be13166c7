"""The steps of the run on a GPU, with stand-ins for what they measure: what each outcome means."""

import contextlib
import io
import itertools
import json
import re

import numpy as np
import pytest
import torch

from optimspec.impls.emulations import TorchCudaFusedAdam
from optimspec.impls.gpu import code, defect, sanitizer, small, speed, suite, timing
from optimspec.impls.gpu.timing import Twice
from optimspec.impls.gpu_targets import GPU


class Emulated(torch.optim.Optimizer):
    """The emulation of torch's fused CUDA Adam on torch tensors."""

    def __init__(self, params, lr, betas, eps):
        super().__init__(params, {})
        (self.param,) = params
        start = [self.param.detach().cpu().numpy().copy()]
        self.inner = TorchCudaFusedAdam(start, lr, betas, eps)

    def step(self):
        self.inner.step([self.param.grad.numpy()])
        self.param.data.copy_(torch.from_numpy(self.inner.parameters[0]))
        self.state[self.param]["exp_avg_sq"] = torch.from_numpy(self.inner.v[0])


@pytest.mark.parametrize("beta2", defect.BETAS2)
def test_the_emulation_has_the_defect_that_is_predicted(beta2):
    found = list(defect.found(Emulated, beta2, "cpu"))
    v, theta, one = found

    assert [each.id for each in found] == [rule.id for rule in defect.rules(beta2)]
    assert [each.passed for each in found] == [True, True, True]
    assert (v.measure, theta.measure) == (1.0, 1.0)
    assert one.measure > 200
    assert f"betas=(0.9, {beta2})" in one.program
    assert "step 1: v = 0.0" in one.message


@pytest.mark.parametrize("beta2", defect.BETAS2)
def test_torch_on_a_cpu_has_not_the_defect_and_no_program_is_said_to_show_it(beta2):
    found = list(defect.found(torch.optim.Adam, beta2, "cpu"))
    *_, one = found

    assert [each.passed for each in found] == [False, False, False]
    assert all(each.message.startswith("Refuted: ") for each in found)
    assert one.measure <= defect.ROUNDINGS
    assert not any(each.program for each in found)


def test_one_value_with_other_bits_refutes_the_prediction():
    expected = defect.emulated(0.999)
    trace = [(theta.copy(), v.copy()) for theta, v in expected]
    trace[1][1][7] = np.nextafter(trace[1][1][7], np.float32(0))
    by_v, by_theta, _ = defect.rules(0.999)

    assert defect.compared(by_v, "v", trace, expected, 0.999).passed is False
    assert defect.compared(by_theta, "theta", trace, expected, 0.999).passed is True


def test_the_program_of_the_defect_runs():
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(defect.PROGRAM.format(beta2=0.999).replace('"cuda"', '"cpu"'), {})
    errors = [float(found) for found in re.findall(r"off by (\S+) units", printed.getvalue())]
    assert len(errors) == 3
    assert max(errors) < 2


CLEAN = "========= COMPUTE-SANITIZER\nall kernels were run\n========= ERROR SUMMARY: 0 errors\n"
OUTSIDE = "========= COMPUTE-SANITIZER\n========= Invalid __global__ read of size 16 bytes\n"
SEEN = {
    "beyond": f"{OUTSIDE}=========     at adam_one_float32+0x10\n========= ERROR SUMMARY: 1 error",
    "unwritten": "========= Uninitialized __global__ memory read of size 4 bytes\n"
    "=========     at adam_one_float32+0x10\n========= ERROR SUMMARY: 1 error",
}


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
        (None, CLEAN, None, "not run to its end in"),
    ],
)
def test_a_tool_is_clean_only_if_it_says_so_of_a_whole_run(status, printed, passed, message):
    found = sanitizer.judged("memcheck", status, printed)
    assert found.passed is passed
    assert message in found.message


@pytest.mark.parametrize(
    ("blind", "passed"),
    [
        ((), [True, True, True]),
        (("beyond",), [None, True, None]),
        (("unwritten",), [True, None, True]),
    ],
)
def test_a_tool_that_does_not_see_a_planted_fault_cannot_pass(blind, passed):
    def watch(_name, _seconds, planted=""):
        seen = SEEN.get(planted, CLEAN)
        return 0, CLEAN if planted in blind else seen

    assert [found.passed for found in sanitizer.looked_at(watch)] == passed


def test_the_filter_names_what_all_our_kernels_begin_with():
    assert all(name.startswith("adam_") for name in code.KERNELS)
    assert ("--kernel-name", "kns=adam_") in itertools.pairwise(sanitizer._OPTIONS)


def test_what_is_planted_lies_beyond_a_tensor_or_is_not_written():
    beyond = small.PLANTED["beyond"]("cpu")
    assert beyond.v.numel() + 1 == beyond.param.numel()
    meta = small.PLANTED["unwritten"]("cpu")
    assert len({tensor.numel() for tensor in meta}) == 1


def test_what_is_set_aside_for_the_sanitizer_is_enough_for_all_its_runs():
    taken = []
    list(
        sanitizer.looked_at(
            lambda _, seconds, planted="": (taken.append(seconds), SEEN.get(planted, CLEAN))
        )
    )
    assert sum(taken) == sanitizer.SANITIZER.seconds


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
    each = {speed.OURS: ours, speed.TORCH: torch, speed.COPY: copy, speed.COPIES: 4.0}
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
    many = speed.of_many(taken)
    assert many.passed is ahead
    assert many.figures[f"{speed.OURS}, of copy"] == of_copy.measure
    assert f"{speed.COPIES} 25.0%" in many.message


def test_copies_of_many_tensors_move_the_bytes_of_a_step():
    calls = speed.copies(3, 8, "cpu")
    flat, *_ = (cell.cell_contents for cell in calls[speed.COPY].__closure__)
    each = calls[speed.COPIES].__closure__[0].cell_contents
    for call in calls.values():
        call()

    moved = 2 * flat.numel() * flat.element_size()
    assert moved == 3 * 8 * speed.BYTES
    assert sum(2 * one.numel() * one.element_size() for one in each) == moved


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
        "target": suite.title(entry),
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


def test_of_targets_that_the_suite_did_not_come_to_nothing_is_said():
    found = list(suite.judged([record(GPU[3]), record(GPU[0])]))
    assert [one.passed for one in found] == [True, None, None, True] + [None] * (len(GPU) - 4)


LEFT = json.dumps([record(entry) for entry in GPU])


@pytest.mark.parametrize(
    ("command", "outcome", "told"),
    [
        ("raise ModuleNotFoundError('No module named x')", None, None),
        ("raise ValueError('no')", False, None),
        (
            "import pathlib; pathlib.Path(sys.argv[-1]).write_text('[]'); raise ValueError",
            False,
            None,
        ),
        ("print('seed 0')", True, True),
    ],
)
def test_records_of_an_earlier_run_count_only_if_the_command_went_on_with_them(
    monkeypatch, tmp_path, command, outcome, told
):
    monkeypatch.setattr(suite, "_PROGRAM", f"import sys; {command}")
    path = tmp_path / "run-suite.json"
    path.write_text(LEFT)
    first, *targets = suite.run(path)

    assert first.passed is outcome
    assert {one.passed for one in targets} == {told}


def test_what_was_judged_before_the_time_was_over_is_told(monkeypatch, tmp_path):
    path = tmp_path / "run-suite.json"
    program = f"""
import pathlib, signal, sys, time
def leave(*_):
    pathlib.Path({str(tmp_path / "ended")!r}).touch()
    sys.exit(143)
signal.signal(signal.SIGTERM, leave)
pathlib.Path(sys.argv[-1]).write_text({json.dumps([record(GPU[0])])!r})
time.sleep(60)
"""
    monkeypatch.setattr(suite, "_PROGRAM", program)
    monkeypatch.setattr(suite, "_SECONDS", 3)
    first, *targets = suite.run(path)

    assert first.passed is False
    assert [one.passed for one in targets] == [True] + [None] * (len(GPU) - 1)
    assert (tmp_path / "ended").exists()


@pytest.mark.parametrize(
    ("status", "printed", "passed"),
    [
        (0, "seed 0", True),
        (1, "seed 0\nunexpected: ...", True),
        (1, "Traceback\nModuleNotFoundError: No module named 'pydantic'", None),
        (1, "Traceback\nValueError: no", False),
        (2, "error: --device cuda needs a GPU", False),
        (None, "seed 0", False),
    ],
)
def test_what_the_command_of_the_suite_came_to(status, printed, passed):
    assert suite.outcome(status, printed).passed is passed
