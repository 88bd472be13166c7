"""The kernels compiled by NVRTC, a library that needs neither nvcc nor a GPU.

It comes with CUDA, with a torch for CUDA, and as the package ``nvidia-cuda-nvrtc``.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from optimspec.impls.cuda.build import SOURCES, BuildFailed

_KERNELS: Final = "adam_kernels.cuh"
_HEADER: Final = "adam_core.h"
_LIBRARIES: Final = "libnvrtc.so.1[23]"
"""CUDA 12 and 13."""
_BUILTINS: Final = "libnvrtc-builtins.so.1[23].*"
"""What NVRTC looks for by name only: it is loaded first, from the same folder."""


class NvrtcNotFound(RuntimeError):  # noqa: N818
    """There is no NVRTC on this machine."""


def compiled(arch: str, *flags: str, source: str | None = None) -> bytes:
    """PTX for a virtual architecture such as ``compute_90``, machine code for ``sm_90``.

    Parameters
    ----------
    arch
        The architecture.
    flags
        Further options.
    source
        What is compiled; by default, the kernels.

    Raises
    ------
    NvrtcNotFound
        If there is no NVRTC.
    BuildFailed
        If it refuses the kernels.
    """
    library = nvrtc_library()
    options = [flag.encode() for flag in ("-std=c++17", f"-arch={arch}", *flags)]
    text = (SOURCES / _KERNELS).read_text() if source is None else source
    with _program(library, text) as program:
        status = library.nvrtcCompileProgram(program, len(options), _strings(*options))
        if status:
            log = _text(library, "ProgramLog", program).rstrip(b"\0").decode(errors="replace")
            raise BuildFailed(
                f"NVRTC must accept the kernels; it ended with {_said(library, status)}: "
                f"{log.strip()}"
            )
        kind = "PTX" if arch.startswith("compute") else "CUBIN"
        made = _text(library, kind, program)
    return made.rstrip(b"\0") if kind == "PTX" else made


@cache
def nvrtc_library() -> ctypes.CDLL:
    """Load NVRTC: of its package, of CUDA_HOME, or of the system; raises NvrtcNotFound."""
    for folder in _folders():
        found = sorted(folder.glob(_LIBRARIES))
        if found:
            for builtins in sorted(folder.glob(_BUILTINS)):
                ctypes.CDLL(str(builtins))
            return ctypes.CDLL(str(found[-1]))
    raise NvrtcNotFound(
        f"NVRTC does as well; found no {_LIBRARIES} in {', '.join(map(str, _folders()))}. "
        "Install it with: pip install 'optimspec[cuda]'."
    )


def _folders() -> list[Path]:
    spec = importlib.util.find_spec("nvidia")
    packages = [Path(at) for at in (spec and spec.submodule_search_locations) or ()]
    inside = [folder for at in packages for folder in sorted(at.glob("*/lib"))]
    home = Path(os.environ.get("CUDA_HOME", "/usr/local/cuda"))
    return [*inside, home / "lib64", Path("/usr/lib/x86_64-linux-gnu")]


@contextmanager
def _program(library: ctypes.CDLL, source: str) -> Iterator[ctypes.c_void_p]:
    program = ctypes.c_void_p()
    header = _strings((SOURCES / _HEADER).read_bytes()), _strings(_HEADER.encode())
    named = (source.encode(), _KERNELS.encode())
    status = library.nvrtcCreateProgram(ctypes.byref(program), *named, 1, *header)
    if status:
        raise BuildFailed(f"NVRTC must take the kernels; it gave {_said(library, status)}.")
    try:
        yield program
    finally:
        library.nvrtcDestroyProgram(ctypes.byref(program))


def _text(library: ctypes.CDLL, kind: str, program: ctypes.c_void_p) -> bytes:
    size = ctypes.c_size_t()
    getattr(library, f"nvrtcGet{kind}Size")(program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    getattr(library, f"nvrtcGet{kind}")(program, buffer)
    return buffer.raw


def _said(library: ctypes.CDLL, status: int) -> str:
    library.nvrtcGetErrorString.restype = ctypes.c_char_p
    said: bytes = library.nvrtcGetErrorString(status)
    return f"status {status}, {said.decode()}"


def _strings(*texts: bytes) -> ctypes.Array[ctypes.c_char_p]:
    return (ctypes.c_char_p * len(texts))(*texts)
