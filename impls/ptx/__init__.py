"""An executor of PTX in NumPy: it runs what a compiler emits for a GPU, and refuses to guess.

All threads of a launch are executed side by side. Float arithmetic is that of IEEE 754 with every
rounding to nearest; an instruction whose result PTX leaves open is refused. Memory is checked at
every access: bounds, alignment, bytes that two threads share. Nothing of it runs on a GPU: what
ptxas makes of the PTX, and what the hardware does, is not seen.

>>> memory = Memory([Buffer("x", address_of(0), x)])
>>> where = address_of(0).to_bytes(8, "little")
>>> launch(Module(text).program("kernel"), [where], memory, grid=1, block=32)
>>> memory.contents("x").view(x.dtype)
"""

from optimspec.impls.ptx.faults import PtxFault
from optimspec.impls.ptx.launch import launch
from optimspec.impls.ptx.memory import Buffer, Memory, address_of
from optimspec.impls.ptx.module import Module

__all__ = ["Buffer", "Memory", "Module", "PtxFault", "address_of", "launch"]
