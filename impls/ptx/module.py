"""PTX text whose kernels become executable when they are first asked for."""

from __future__ import annotations

from functools import cached_property

from optimspec.impls.ptx.faults import Unreadable
from optimspec.impls.ptx.launch import Program, program_of
from optimspec.impls.ptx.text import Kernel, parse


class Module:
    """The kernels of PTX.

    Parameters
    ----------
    text
        As a compiler emits it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._programs: dict[str, Program] = {}

    @cached_property
    def kernels(self) -> dict[str, Kernel]:
        """By name; raises Unreadable if they cannot be read."""
        return parse(self.text)

    def program(self, name: str) -> Program:
        """The kernel of that name, executable; raises as :func:`program_of`, or Unreadable."""
        if name not in self.kernels:
            raise Unreadable(
                f"A kernel that is launched must be in the PTX; found {', '.join(self.kernels)}, "
                f"and no {name}. Compile it too."
            )
        if name not in self._programs:
            self._programs[name] = program_of(self.kernels[name])
        return self._programs[name]
