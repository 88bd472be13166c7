"""The module of kernels, once for Triton's compiler and once for its interpreter."""

from __future__ import annotations

from functools import cache
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Final

KERNELS: Final = Path(__file__).with_name("kernels.py")
"""The file of the kernels."""


class TritonNotFound(RuntimeError):  # noqa: N818
    """There is no Triton, or one that is too old."""


@cache
def kernels(*, interpreted: bool, file: Path = KERNELS) -> ModuleType:
    """A copy of the module of kernels, for Triton's compiler or for its interpreter.

    Triton decides how a function runs when it is decorated, by TRITON_INTERPRET. Here the argument
    decides, so that one process can have both.

    Raises
    ------
    TritonNotFound
        If Triton cannot be imported.
    """
    spec = util.spec_from_file_location("optimspec.impls.triton.kernels", file)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    try:
        from triton import knobs

        with knobs.runtime.scope():
            knobs.runtime.interpret = interpreted
            spec.loader.exec_module(module)
    except ImportError as error:
        raise TritonNotFound(
            f"The kernels need Triton 3.6 or later; importing it gave: {error}. Install "
            "optimspec[triton]; Triton is published for Linux alone."
        ) from error
    return module
