"""Small kernels in PTX, written around the statements that a test is about, and executed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimspec.impls.ptx import Buffer, Memory, Module, address_of, launch
from optimspec.impls.ptx.formats import NUMPY

Array = NDArray[Any]

HEAD = ".version 9.0\n.target sm_90\n.address_size 64\n"
REGISTERS = """
    .reg .pred %p<9>;
    .reg .b16 %h<9>;
    .reg .b32 %r<9>;
    .reg .f32 %f<9>;
    .reg .b64 %d<9>;
"""
INDEX = """
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, %ntid.x;
    mad.lo.u32 %r0, %r1, %r2, %r0;
"""
"""The number of the thread in the launch, in %r0."""


def kernel(body: str, count: int = 1, outside: str = "") -> str:
    """A kernel ``k`` whose parameters are addresses, in %d0 and on."""
    parameters = ", ".join(f".param .u64 k_{i}" for i in range(count))
    loads = "".join(f"ld.param.u64 %d{i}, [k_{i}];\n" for i in range(count))
    return f"{HEAD}{outside}.visible .entry k({parameters})\n{{{REGISTERS}{loads}{body}\nret;\n}}\n"


def executed(
    text: str,
    arrays: Sequence[Array],
    *,
    read_only: Sequence[int] = (),
    addresses: Sequence[int] | None = None,
    grid: int = 1,
    block: int = 32,
    **options: Any,
) -> list[Array]:
    """What the kernel ``k`` makes of these arrays, each in a buffer."""
    at = addresses or [address_of(i) for i in range(len(arrays))]
    memory = Memory(
        Buffer(str(i), address, array, writable=i not in read_only)
        for i, (address, array) in enumerate(zip(at, arrays, strict=True))
    )
    given = [address.to_bytes(8, "little") for address in at]
    launch(Module(text).program("k"), given, memory, grid=grid, block=block, **options)
    return [memory.contents(str(i)).view(a.dtype) for i, a in enumerate(arrays)]


def applied(opcode: str, kinds: Sequence[str], result: str, columns: Sequence[Array]) -> Array:
    """What an instruction makes of each row of operands; predicates are 0 and 1 in a u32."""
    names = [_name(kind, i) for i, kind in enumerate(kinds)]
    to = _name(result, 8)
    declared = f".reg .{_declared(result)} {to};\n" + "".join(
        f".reg .{_declared(kind)} {name};\n" for kind, name in zip(kinds, names, strict=True)
    )
    body = declared + INDEX + "cvt.u64.u32 %d8, %r0;\n"
    for i, (kind, name) in enumerate(zip(kinds, names, strict=True)):
        body += _element(i, kind)
        if kind == "pred":
            body += f"ld.global.u32 %r3, [%d7];\nsetp.ne.u32 {name}, %r3, 0;\n"
        else:
            body += f"ld.global.{kind} {name}, [%d7];\n"
    body += f"{opcode} {to}, {', '.join(names)};\n" + _element(len(kinds), result)
    if result == "pred":
        body += f"selp.u32 %r3, 1, 0, {to};\nst.global.u32 [%d7], %r3;\n"
    else:
        body += f"st.global.{result} [%d7], {to};\n"
    n = len(columns[0])
    out = np.zeros(n, _dtype(result))
    given = [np.asarray(c, _dtype(kind)) for c, kind in zip(columns, kinds, strict=True)]
    return executed(kernel(body, len(kinds) + 1), [*given, out], block=n)[-1]


def _name(kind: str, i: int) -> str:
    return f"%x{i}_{kind}"


def _declared(kind: str) -> str:
    return kind.replace("8", "16") if kind.endswith("8") else kind


def _dtype(kind: str) -> np.dtype[Any]:
    return np.dtype(np.uint32) if kind == "pred" else NUMPY[kind]


def _element(parameter: int, kind: str) -> str:
    """The address of a thread's element of an array, in %d7."""
    return f"mad.lo.u64 %d7, %d8, {_dtype(kind).itemsize}, %d{parameter};\n"
