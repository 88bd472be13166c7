"""Threads go separate ways and meet again; a launch ends."""

import numpy as np
import pytest
import torch

from optimspec.impls.ptx import Module
from optimspec.impls.ptx.faults import Diverged, Endless, Refused, Unreadable
from optimspec.impls.ptx.text import parse
from ptx_kernels import INDEX, executed, kernel

STORE = "mad.wide.u32 %d8, %r0, 4, %d0; st.global.u32 [%d8], %r5;"
COLLATZ = f"""{INDEX}
    add.u32 %r3, %r0, 1; mov.u32 %r5, 0;
TOP:
    setp.eq.u32 %p0, %r3, 1;
    @%p0 bra DONE;
    and.b32 %r4, %r3, 1; setp.eq.u32 %p1, %r4, 0;
    @!%p1 bra ODD;
    shr.u32 %r3, %r3, 1;
    bra.uni NEXT;
ODD:
    mad.lo.u32 %r3, %r3, 3, 1;
NEXT:
    add.u32 %r5, %r5, 1;
    bra TOP;
DONE:
    {STORE}
"""


def collatz(n):
    steps = 0
    while n != 1:
        n, steps = (n // 2 if n % 2 == 0 else 3 * n + 1), steps + 1
    return steps


def test_every_thread_takes_its_own_way():
    (got,) = executed(kernel(COLLATZ), [np.zeros(64, np.uint32)], grid=2)
    assert [collatz(n + 1) for n in range(64)] == got.tolist()


@pytest.mark.parametrize("grid", [1, 3])
def test_what_threads_do_together_counts_once(grid):
    body, arrays = f"{INDEX}mov.u32 %r5, 1; {STORE}", [np.zeros(96, np.uint32)]
    count = len(parse(kernel(body))["k"].instructions)
    executed(kernel(body), arrays, grid=grid, limit=count)
    with pytest.raises(Endless, match=f"must end within {count - 1} instructions"):
        executed(kernel(body), arrays, grid=grid, limit=count - 1)


def test_a_loop_without_an_end_is_a_fault():
    with pytest.raises(Endless, match=r"found add.u32 in line \d+ of the PTX, in k,"):
        executed(
            kernel("mov.u32 %r0, 0;\nA:\nadd.u32 %r0, %r0, 1;\nbra A;"), [np.zeros(1)], limit=1000
        )


@pytest.mark.parametrize("leave", ["ret", "exit", "bra END"])
def test_threads_leave_when_they_are_done(leave):
    body = f"{INDEX}mov.u32 %r5, 7; setp.gt.u32 %p0, %r0, 2;\n@%p0 {leave};\n{STORE}\nEND:"
    (got,) = executed(kernel(body), [np.zeros(8, np.uint32)], block=8)
    assert got.tolist() == [7, 7, 7, 0, 0, 0, 0, 0]


def test_a_guard_keeps_the_old_value():
    body = f"{INDEX}mov.u32 %r5, 1; setp.eq.u32 %p0, %r0, 2;\n@%p0 mov.u32 %r5, 9;\n{STORE}"
    (got,) = executed(kernel(body), [np.zeros(4, np.uint32)], block=4)
    assert got.tolist() == [1, 1, 9, 1]


def test_only_the_blocks_that_are_asked_for_are_executed():
    body = f"{INDEX}mov.u32 %r5, %nctaid.x; {STORE}"
    (got,) = executed(kernel(body), [np.zeros(6, np.uint32)], grid=3, block=2, blocks=(0, 2))
    assert got.tolist() == [3, 3, 0, 0, 3, 3]


def test_sizes_in_other_dimensions_are_one():
    body = f"{INDEX}mov.u32 %r3, %tid.y; mov.u32 %r4, %ntid.z; mad.lo.u32 %r5, %r4, 5, %r3; {STORE}"
    assert executed(kernel(body), [np.zeros(2, np.uint32)], block=2)[0].tolist() == [5, 5]


def test_a_barrier_in_a_branch_is_a_fault():
    body = f"{INDEX}setp.eq.u32 %p0, %r0, 0;\n@%p0 bra A;\nbar.sync 0;\nA:"
    with pytest.raises(Diverged, match=r"found bar.sync in line \d+ of the PTX, in k,"):
        executed(kernel(body), [np.zeros(1)])


def test_blocks_come_to_a_barrier_each_for_itself():
    body = "mov.u32 %r0, %ctaid.x; setp.eq.u32 %p0, %r0, 0;\n@%p0 bra A;\nbar.sync 0;\nA:"
    executed(kernel(body), [np.zeros(1)], grid=2)


def test_a_processor_that_flushes_subnormals_is_not_used():
    torch.set_flush_denormal(True)
    try:
        with pytest.raises(FloatingPointError, match="must keep subnormal numbers"):
            executed(kernel(""), [np.zeros(1)])
    finally:
        torch.set_flush_denormal(False)
    executed(kernel(""), [np.zeros(1)])


def test_no_blocks_do_nothing():
    executed(kernel("ld.global.u32 %r0, [0];"), [np.zeros(1)], grid=0)


def test_what_compilers_add_is_passed_over():
    text = kernel(
        """
        .loc 1 2 3, function_name $L, inlined_at 1 2 3
        .pragma "nounroll";
        /* add.f32 */ // call
        { .reg .b32 inner; mov.u32 inner, 1; }
        """
    )
    (made,) = parse(text + ".section .debug_abbrev { .b8 1 }").values()
    assert [each.opcode for each in made.instructions] == ["ld.param.u64", "mov.u32", "ret"]
    line = made.instructions[1].site.line
    assert "inner, 1" in text.splitlines()[line - 1]


def test_parameters_are_read_with_their_sizes():
    text = """.visible .entry a(.param .u64 .ptr .global .align 16 p, .param .f32 x,
        .param .align 4 .b8 s[32]) .maxntid 256, 1, 1 { ret; } .entry b() { ret; }"""
    made = parse(text)
    assert [each.size for each in made["a"].parameters] == [8, 4, 32]
    assert made["b"].parameters == ()


def test_shared_variables_lie_one_after_the_other():
    text = ".extern .shared .align 16 .b8 last[]; .shared .align 8 .b64 one; .shared .b8 two[3];"
    made = parse(f"{text} .entry k() {{ ret; }}")["k"]
    assert made.shared == {"one": 0, "two": 8, "last": 16}
    assert made.shared_size == 16


@pytest.mark.parametrize("text", ["", "// .entry k() { ret; }", ".func f() { ret; }"])
def test_text_without_kernels_is_refused(text):
    with pytest.raises(Unreadable, match=r"must have an \.entry"):
        parse(text)


def test_a_parameter_of_another_kind_is_refused():
    with pytest.raises(Unreadable, match=r"found '\.param \.texref t' in k"):
        parse(".entry k(.param .texref t) { ret; }")


def test_a_kernel_that_is_not_there_is_named():
    with pytest.raises(Unreadable, match="found k, and no other"):
        Module(kernel("")).program("other")


def test_a_branch_out_of_the_kernel_is_refused():
    with pytest.raises(Refused, match="the label away is not there"):
        Module(kernel("bra away;")).program("k")
