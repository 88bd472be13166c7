"""Integer instructions give what Python's integers give, in so many bits."""

import itertools
import operator
import random

import numpy as np
import pytest

from optimspec.impls.ptx.formats import NUMPY
from optimspec.impls.ptx.integers import INTEGERS
from ptx_kernels import applied, executed, kernel

COMPARE = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}
COMPARE |= {"lo": operator.lt, "ls": operator.le, "hi": operator.gt, "hs": operator.ge}
PAIRWISE = {
    "add": operator.add,
    "sub": operator.sub,
    "mul.lo": operator.mul,
    "mul.wide": operator.mul,
    "min": min,
    "max": max,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}
ALONE = {"neg": operator.neg, "abs": abs, "not": operator.invert, "mov": lambda a: a}


def width(kind):
    return 1 if kind == "pred" else int(kind[1:])


def wrapped(value, kind):
    """The integer of that type with the lower bits of this one."""
    if kind == "f32":
        return value
    value %= 2 ** width(kind)
    return value - 2 ** width(kind) if kind[0] == "s" and value >> (width(kind) - 1) else value


def samples(kind):
    if kind == "f32":
        return [0.0, -1.5, 2.0**100]
    full = 2 ** width(kind)
    drawn = (random.Random(kind + str(i)).getrandbits(width(kind)) for i in range(4))
    return sorted({wrapped(x, kind) for x in (0, 1, 2, full // 2 - 1, full // 2, full - 1, *drawn)})


def shifted(a, by, kind):
    return a >> min(by, width(kind))


def field(a, start, length):
    return (a >> (start % 256)) % 2 ** min(length % 256, 32)


def permuted(a, b, selection):
    pair, result = (b << 32 | a).to_bytes(8, "little"), 0
    for i in range(4):
        nibble = selection >> 4 * i & 15
        byte = pair[nibble & 7]
        result |= (255 * (byte >> 7) if nibble & 8 else byte) << 8 * i
    return result


def reference(opcode):
    """What an instruction does, as a function of Python's integers."""
    name, kind = opcode.rsplit(".", 1)
    base = name.split(".")[0]
    if base == "setp":
        return COMPARE[name.split(".")[1]]
    if name in ALONE or base in ("cvt", "cvta"):
        return ALONE.get(name, ALONE["mov"])
    if name in ("mad.lo", "mad.wide"):
        return lambda a, b, c: a * b + c
    return (
        PAIRWISE.get(name)
        or {
            "mul.hi": lambda a, b: a * b >> width(kind),
            "shl": lambda a, by: a << by if by < width(kind) else 0,
            "shr": lambda a, by: shifted(a, by, kind),
            "selp": lambda a, b, p: a if p else b,
            "bfe": field,
            "prmt": permuted,
        }[name]
    )


def operands(opcode, kinds):
    """Every combination of samples, up to the threads that a block may have."""
    pools = [samples(kind) for kind in kinds]
    if opcode.startswith(("shl", "shr")):
        pools[1] = [0, 1, 7, 15, 16, 31, 32, 33, 63, 64, 65, 2**31]
    if opcode == "bfe.u32":
        pools[1:] = [[0, 1, 16, 31, 32, 255, 256, 300]] * 2
    rows = list(itertools.product(*pools))
    return random.Random(opcode).sample(rows, min(len(rows), 1024))


@pytest.mark.parametrize("opcode", INTEGERS)
def test_the_result_has_the_lower_bits_of_the_exact_one(opcode):
    result, kinds, _ = INTEGERS[opcode]
    rows = operands(opcode, kinds)
    got = applied(opcode, kinds, result, list(zip(*rows, strict=True)))
    expected = [wrapped(reference(opcode)(*row), result) for row in rows]
    assert expected == got.tolist()


def test_halves_are_packed_the_first_lowest():
    words = np.array([0x12345678, 0xFFFF0001], np.uint32)
    body = """
        mov.u32 %r0, %tid.x; mad.wide.u32 %d1, %r0, 4, %d0; ld.global.u32 %r1, [%d1];
        mov.b32 {%h0, %h1}, %r1; mov.b32 %r2, {%h1, %h0}; mov.b64 %d2, {%r1, %r2};
        mov.b64 {%r3, %r4}, %d2; xor.b32 %r3, %r3, %r1; or.b32 %r4, %r4, %r3;
        st.global.u32 [%d1], %r4;
    """
    (got,) = executed(kernel(body), [words], block=2)
    assert got.tolist() == [0x56781234, 0x0001FFFF]


@pytest.mark.parametrize(("literal", "value"), [("-1", 2**32 - 1), ("0x1F", 31), ("7U", 7)])
def test_literals(literal, value):
    body = f"mov.u32 %r0, {literal}; st.global.u32 [%d0], %r0;"
    assert executed(kernel(body), [np.zeros(1, np.uint32)], block=1)[0][0] == value


def test_float_literals_are_bits():
    body = "mov.f32 %f0, 0fBF800000; mov.b32 %r0, %f0; mov.b32 %r1, 0f40000000;"
    body += "st.global.f32 [%d0], %f0; st.global.u32 [%d0+4], %r1; st.global.b32 [%d0+8], %r0;"
    (got,) = executed(kernel(body), [np.zeros(3, np.float32)], block=1)
    assert got.tolist() == [-1.0, 2.0, -1.0]


@pytest.mark.parametrize("kind", ["u8", "s8", "u16", "s16"])
def test_a_load_fills_a_wider_register_by_its_sign(kind):
    values = np.array([0, 1, 127, 128, 255], NUMPY["u8"]).astype(NUMPY[kind])
    size = NUMPY[kind].itemsize
    body = f"""
        mov.u32 %r0, %tid.x; mad.wide.u32 %d2, %r0, {size}, %d0; mad.wide.u32 %d3, %r0, 4, %d1;
        ld.global.{kind} %r1, [%d2]; st.global.u32 [%d3], %r1; st.global.{kind} [%d2], %r1;
    """
    same, wide = executed(kernel(body, 2), [values, np.zeros(5, np.int32)], block=5)
    assert values.tolist() == wide.tolist() == same.tolist()
