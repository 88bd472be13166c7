"""What is known is tested, and what is not known, or not fixed by PTX, is refused."""

import re

import numpy as np
import pytest

from optimspec.impls.ptx.faults import Refused, Unreadable
from optimspec.impls.ptx.fixed import why_loose
from optimspec.impls.ptx.floats import FLOATS
from ptx_kernels import executed, kernel

TESTED = {f"{name}.rn.f32" for name in ("add", "sub", "mul", "div", "rcp", "sqrt", "fma")}
TESTED |= {
    f"setp.{name}{u}.f32" for name in ("eq", "ne", "lt", "le", "gt", "ge") for u in ("", "u")
}
TESTED |= {"setp.nan.f32", "setp.num.f32", "neg.f32", "abs.f32"}
TESTED |= {"cvt.f32.bf16", "cvt.rn.bf16.f32", "cvt.rn.bf16x2.f32"}

LOOSE = {
    "add.f32 %f0, %f0, %f0": "no rounding is named",
    "sub.f32 %f0, %f0, %f0": "no rounding is named",
    "mul.f32 %f0, %f0, %f0": "no rounding is named",
    "mul.rz.f32 %f0, %f0, %f0": "not a float32 rounded to nearest",
    "fma.rn.ftz.f32 %f0, %f0, %f0, %f0": "flushed to zero",
    "setp.lt.ftz.f32 %p0, %f0, %f0": "flushed to zero",
    "add.rn.sat.f32 %f0, %f0, %f0": "clamped",
    "div.approx.f32 %f0, %f0, %f0": "approximate",
    "div.full.f32 %f0, %f0, %f0": "approximate",
    "sqrt.approx.f32 %f0, %f0": "approximate",
    "ex2.approx.ftz.f32 %f0, %f0": "approximate|flushed",
    "fma.rn.f64 %d0, %d0, %d0, %d0": "double precision",
    "fma.rn.bf16 %h0, %h0, %h0, %h0": "not a float32 rounded to nearest",
    "ld.local.f32 %f0, [%d0]": "spilled to memory",
    "call.uni helper": "a function is called",
}
UNKNOWN = [
    "atom.global.add.f32 %f0, [%d0], %f0",
    "ld.volatile.global.f32 %f0, [%d0]",
    "ld.global.L2::cache_hint.f32 %f0, [%d0], %d1",
    "ld.global.v2.f32 %f0, [%d0]",
    "st.param.f32 [k_0], %f0",
    "cvta.shared.u64 %d0, %d0",
    "cvt.rn.f32.u32 %f0, %r0",
    "bar.sync 1",
    "setp.lt.and.s32 %p0, %r0, %r1, %p1",
    "add.s32 %r0, %r0",
    "add.s32 %r0, %r0, %d0",
    "add.s32 %r0, %r0, %undeclared",
    "add.s32 7, %r0, %r0",
    "add.s32 %r0, %p0, %r0",
    "mov.u32 %r0, %laneid",
    "ld.global.f32 %f0, [%d0*4]",
    "bra nowhere",
]


def test_every_float_instruction_is_tested():
    assert set(FLOATS) == TESTED


def line_of(statement, text):
    return text.count("\n", 0, text.index(statement)) + 1


@pytest.mark.parametrize("statement", LOOSE)
def test_what_ptx_does_not_fix_is_refused_with_the_reason(statement):
    text = kernel(f"{statement};")
    where = f"line {line_of(statement, text)} of the PTX, in k, of which"
    with pytest.raises(Refused, match=f"{where}.*(?:{LOOSE[statement]})"):
        executed(text, [np.zeros(1)])
    assert re.search(LOOSE[statement], why_loose(statement.split()[0]))


@pytest.mark.parametrize("statement", UNKNOWN)
def test_what_is_not_known_is_refused(statement):
    text = kernel(f"{statement};")
    where = f"line {line_of(statement, text)} of the PTX, in k, of which"
    with pytest.raises(Refused, match=where):
        executed(text, [np.zeros(1)])


@pytest.mark.parametrize("statement", ["ADD %r0;", ".branchtargets a;", "add.s32 %r0, %r0, 1"])
def test_what_cannot_be_read_is_refused(statement):
    text = kernel(statement).replace("\nret;\n}", "\n}")
    where = f"found .* in line {line_of(statement, text)} of the PTX, in k"
    with pytest.raises(Unreadable, match=where):
        executed(text, [np.zeros(1)])
