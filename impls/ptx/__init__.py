"""An executor of PTX in NumPy: it runs what a compiler emits for a GPU, and refuses to guess.

All threads of a launch are executed side by side. Float arithmetic is that of IEEE 754 with every
rounding to nearest; an instruction whose result PTX leaves open is refused. Memory is checked at
every access: bounds, alignment, bytes that two threads share. Nothing of it runs on a GPU: what
ptxas makes of the PTX, and what the hardware does, is not seen.

>>> program = program_of(parse(text)["kernel"])
>>> memory = Memory([Buffer("x", address_of(0), x)])
>>> launch(program, [address_of(0).to_bytes(8, "little")], memory, grid=1, block=32)
"""

from optimspec.impls.ptx.launch import Program, launch, program_of
from optimspec.impls.ptx.memory import Buffer, Memory, address_of
from optimspec.impls.ptx.text import Kernel, parse

__all__ = ["Buffer", "Kernel", "Memory", "Program", "address_of", "launch", "parse", "program_of"]
