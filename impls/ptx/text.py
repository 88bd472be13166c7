"""Reads PTX into kernels: parameters, registers, labels and instructions, with their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from optimspec.impls.ptx.faults import Site, Unreadable

_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_ENTRY: Final = re.compile(r"\.entry\s+([\w$]+)\s*(?:\(([^)]*)\))?[^{;]*\{")
_PARAMETER: Final = re.compile(
    r"\.param(?:\s+\.align\s+\d+)?\s+\.([a-z]+)(\d+)"
    r"(?:\s+\.ptr(?:\s+\.\w+)*(?:\s+\.align\s+\d+)?)?\s+([\w$]+)(?:\[(\d+)\])?"
)
_SHARED: Final = re.compile(
    r"\.shared\s+(?:\.align\s+(\d+)\s+)?\.[a-z]+(\d+)\s+([\w$]+)(?:\[(\d*)\])?\s*;"
)
_STATEMENT: Final = re.compile(
    r"""\s*(?:
    (?P<scope>[{}])
    | (?P<label>[\w$]+)\s*:
    | \.(?:loc|file)\b[^\n]*
    | \.pragma\b[^;]*;
    | (?:\.extern\s+)?\.shared\b[^;]*;
    | \.reg\s+\.(?P<type>\w+)\s+(?P<registers>[^;]+);
    | (?:@(?P<guard>!?[%\w$]+)\s+)?(?P<opcode>[a-z][\w.:]*)\s*(?P<operands>[^;]*);
    )""",
    re.VERBOSE,
)
_OPERAND: Final = re.compile(r"\{[^}]*\}|\[[^\]]*\]|[^,\s][^,]*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a kernel and how many bytes it has; those of a struct are its ``.b8``."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction as it stands: ``@guard opcode operands``, the guard with its ``!``."""

    site: Site
    operands: tuple[str, ...]
    guard: str = ""

    @property
    def opcode(self) -> str:
        """Its name with all its modifiers, such as ``fma.rn.f32``."""
        return self.site.opcode


@dataclass(slots=True)
class Kernel:
    """A kernel as it stands in the PTX.

    Parameters
    ----------
    name
        Its symbol.
    parameters
        In the order in which a launch gives their values.
    registers
        The type of each, without its dot, such as ``b32`` or ``pred``.
    instructions
        In the order of the text.
    labels
        Which instruction each stands before, counted from 0.
    shared
        The first byte of each shared variable; those whose size the launch gives come last.
    shared_size
        How many bytes of shared memory there are beside what the launch gives.
    """

    name: str
    parameters: tuple[Parameter, ...]
    shared: Mapping[str, int]
    shared_size: int
    registers: dict[str, str] = field(default_factory=dict)
    instructions: list[Instruction] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)


def parse(text: str) -> dict[str, Kernel]:
    """Read the kernels of a PTX module, by their names.

    Raises
    ------
    Unreadable
        If there is none, or if one has a statement that is not read here.
    """
    plain = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    shared, size = _shared(plain)
    kernels = {}
    for entry in _ENTRY.finditer(plain):
        kernel = Kernel(entry[1], _parameters(entry[1], entry[2] or ""), shared, size)
        _read_body(kernel, plain, entry.end())
        kernels[kernel.name] = kernel
    if not kernels:
        raise Unreadable(
            f"PTX must have an .entry; found none in {len(text)} characters. Compile a __global__ "
            "function."
        )
    return kernels


def _parameters(kernel: str, text: str) -> tuple[Parameter, ...]:
    found = []
    for each in filter(None, map(str.strip, text.split(","))):
        match = _PARAMETER.fullmatch(each)
        if match is None:
            raise Unreadable(
                f"A parameter must be a number or an array of numbers; found {each!r} in {kernel}. "
                "Give it an address of others."
            )
        _, width, name, count = match.groups()
        found.append(Parameter(name, int(width) // 8 * int(count or 1)))
    return tuple(found)


def _shared(text: str) -> tuple[dict[str, int], int]:
    places, size = {}, 0
    every = sorted(_SHARED.finditer(text), key=lambda found: found[4] == "")
    for align, width, name, count in (found.groups() for found in every):
        size = -(-size // int(align or 1)) * int(align or 1)
        places[name] = size
        size += int(width) // 8 * int((count or 0) if count is not None else 1)
    return places, size


def _read_body(kernel: Kernel, text: str, at: int) -> None:
    depth, line = 1, text.count("\n", 0, at) + 1
    while depth:
        found = _STATEMENT.match(text, at)
        if found is None:
            rest = text[at:]
            line += rest.count("\n", 0, len(rest) - len(rest.lstrip()))
            raise Unreadable(
                f"A statement must be one that is known here; found {rest.strip()[:60]!r} in line "
                f"{line} of the PTX, in {kernel.name}. Compile it away, or read it in "
                "optimspec.impls.ptx."
            )
        if found["scope"]:
            depth += 1 if found["scope"] == "{" else -1
        elif found["label"]:
            kernel.labels[found["label"]] = len(kernel.instructions)
        elif found["registers"]:
            kernel.registers.update(_registers(found["type"], found["registers"]))
        elif found["opcode"]:
            its_line = line + text.count("\n", at, found.start("opcode"))
            site = Site(kernel.name, its_line, found["opcode"])
            operands = tuple(each.strip() for each in _OPERAND.findall(found["operands"]))
            kernel.instructions.append(Instruction(site, operands, found["guard"] or ""))
        line += text.count("\n", at, found.end())
        at = found.end()


def _registers(kind: str, text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for each in map(str.strip, text.split(",")):
        family, _, count = each.rstrip(">").partition("<")
        names |= dict.fromkeys(
            [f"{family}{i}" for i in range(int(count))] if count else [each], kind
        )
    return names
