"""What the PTX of the kernels says, what ptxas makes of it, and whether it gives the host's bits.

Each look at a module says whether its rule is kept and what was found, and may give a number and
its limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from optimspec.conformance.evidence import Evidence
from optimspec.impls.cuda.agreement import FORMATS, agreement, cases
from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound
from optimspec.impls.cuda.executed import executed_step, shipped
from optimspec.impls.cuda.far import far_case, far_step
from optimspec.impls.cuda.ptxas import registers
from optimspec.impls.ptx import Module, PtxFault
from optimspec.impls.ptx.fixed import Accesses, accesses, loose
from optimspec.impls.ptx.floats import ROUNDED

Found = tuple[bool, str] | tuple[bool, str, float, float]

MOST_REGISTERS: Final = 64
"""Of a thread: with 65536 for a multiprocessor, four blocks of 256 threads fit it."""

EXPECTED: Final = {"float32": Accesses(4, 3, 0, 0), "bfloat16": Accesses(6, 5, 0, 0)}
"""Four tensors are read, three are written; for 8 bfloat16, each moment is twice 16 bytes."""

_OF_ALL_KINDS: Final = (
    ": every misalignment, NaN, infinities, subnormals, tables, elements beyond 2^31; in float32 "
    "and bfloat16."
)


def evidence() -> Iterator[Evidence]:
    """All of it, in the order in which a report shows it."""
    for name, title, cites, look in LOOKS:
        try:
            yield Evidence(f"ptx.{name}", title, cites, *look(shipped()))
        except (CompilerNotFound, BuildFailed) as error:
            yield Evidence(f"ptx.{name}", title, cites, None, f"not run: {error}")
        except PtxFault as fault:
            yield Evidence(f"ptx.{name}", title, cites, False, str(fault))
    yield Evidence(
        "gpu",
        "The kernels run on a GPU.",
        "docs/cuda.md",
        None,
        "GPU: not run, the PTX was executed in NumPy. Speed, streams, and what ptxas and the "
        "hardware make of the PTX are not known.",
    )


def rounding(module: Module) -> Found:
    """Look for instructions whose result PTX leaves open."""
    for name, kernel in module.kernels.items():
        for opcode, why in loose(kernel).items():
            return False, f"{name} has {opcode}: {why}."
    opcodes = [each.opcode for kernel in module.kernels.values() for each in kernel.instructions]
    rounded = sum(opcode in ROUNDED for opcode in opcodes)
    return rounded > 0, f"{rounded} roundings in {len(module.kernels)} kernels, all .rn.f32."


def moves(module: Module) -> Found:
    """Look at how kernels move memory."""
    for name, kernel in module.kernels.items():
        found, expected = accesses(kernel), EXPECTED[name.rpartition("_")[2]]
        if found != expected:
            return False, f"{name} has {found}; expected {expected}."
    counts = (f"{of} {each[0]} loads and {each[1]} stores" for of, each in EXPECTED.items())
    return True, f"In {len(module.kernels)} kernels, of 16 bytes: {', '.join(counts)}."


def counted(modules: Iterable[Module]) -> Found:
    """Let ptxas compile the kernels, and read how many registers it gives them.

    Raises
    ------
    CompilerNotFound
        If there is no ptxas.
    BuildFailed
        If it refuses the PTX.
    """
    found = [registers(module.text) for module in modules]
    used = [count for each in found for count in each.each]
    most, spilling = max(used), sum(each.spilling for each in found)
    said = f"{min(used)} to {most} in {len(used)} kernels, of which {spilling} spill."
    return most <= MOST_REGISTERS and not spilling, said, most, MOST_REGISTERS


def bits(module: Module) -> Found:
    """Execute the kernels, and compare with the host build.

    Raises
    ------
    CompilerNotFound, BuildFailed
        If the host build can neither be found nor built.
    """
    near, far = partial(executed_step, module=module), partial(far_step, module=module)
    runs = [(case, near) for dtype in FORMATS for case in cases(dtype)]
    runs += [(far_case(dtype), far) for dtype in FORMATS]
    agrees, found = agreement(runs)
    return agrees, f"{found}{_OF_ALL_KINDS}" if agrees else found


LOOKS: Final[tuple[tuple[str, str, str, Callable[[Module], Found]], ...]] = (
    (
        "rounding",
        "PTX fixes the result of every instruction to one rounding to nearest.",
        "PTX ISA 9.0, 9.7.3: without a rounding, or with .approx, .full or .ftz, it does not",
        rounding,
    ),
    (
        "accesses",
        "Every tensor is moved 16 bytes at a time, in global memory, by indices of 64 bits.",
        "PTX ISA 9.0, 9.7.9, ld and st",
        moves,
    ),
    (
        "registers",
        f"ptxas spills no registers and needs at most {MOST_REGISTERS} for a thread.",
        "CUDA C++ Programming Guide, Compute Capabilities: 65536 registers for a multiprocessor",
        lambda module: counted([module]),
    ),
    (
        "bits",
        "The PTX, executed in NumPy, leaves the bits that the host build leaves, and breaks no "
        "rule of memory.",
        "PTX ISA 9.0, 9.7; docs/cuda.md, The executor",
        bits,
    ),
)
"""Name, rule, source and look."""
