"""Libraries and PTX from the sources in this folder, compiled at first use and kept.

What is made is kept in the user's cache folder under a hash of the sources, the flags and what the
compiler says of its version, so that a change of any makes another. It is written under a name of
its own and then renamed, so that two processes that build it at once both find it whole.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).parent
"""The folder of the sources."""

_INCLUDED: Final = ("*.h", "*.cuh")


class CompilerNotFound(RuntimeError):  # noqa: N818
    """No compiler for the source is on this machine."""


class BuildFailed(RuntimeError):  # noqa: N818
    """A compiler refused the source, or the library cannot be kept."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a source becomes a library, or PTX.

    Parameters
    ----------
    source
        The file, in :data:`SOURCES`.
    compilers
        Names or paths of compilers; the first that is there is taken.
    flags
        What it is given beside the files.
    suffix
        How the name of what it makes ends.
    """

    source: str
    compilers: tuple[str, ...]
    flags: tuple[str, ...]
    suffix: str = ".so"

    def compiler(self) -> str:
        """The compiler's path.

        Raises
        ------
        CompilerNotFound
            If none of them is there.
        """
        found = (shutil.which(name) for name in self.compilers)
        path = next((path for path in found if path), None)
        if path is None:
            raise CompilerNotFound(
                f"{self.source} must be compiled before its first use; found none of "
                f"{', '.join(self.compilers)}. Install one of them, or put it on PATH."
            )
        return path

    def build(self) -> Path:
        """Compile the source, unless that was done before; return the path of what it made.

        Raises
        ------
        CompilerNotFound
            If there is no compiler.
        BuildFailed
            If the compiler fails, or the cache folder cannot be written.
        """
        compiler = self.compiler()
        folder = cache_folder()
        kept = folder / f"{Path(self.source).stem}-{self._key(compiler)}{self.suffix}"
        if not kept.exists():
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    made = Path(scratch) / kept.name
                    _run([compiler, *self.flags, "-o", str(made), str(SOURCES / self.source)])
                    made.replace(kept)
            except OSError as error:
                raise BuildFailed(
                    f"The cache folder must be writable; {folder} gave: {error}. Set "
                    "XDG_CACHE_HOME to another."
                ) from error
        return kept

    def _key(self, compiler: str) -> str:
        files = {SOURCES / self.source}.union(*(SOURCES.glob(each) for each in _INCLUDED))
        texts = [file.read_bytes() for file in sorted(files)]
        said = [*self.flags, platform.machine(), _run([compiler, "--version"])]
        hashed = hashlib.sha256(b"\0".join([*texts, *(text.encode() for text in said)]))
        return hashed.hexdigest()[:16]


def cache_folder() -> Path:
    """Where all is kept: ``optimspec`` in XDG_CACHE_HOME, by default ``~/.cache``."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    return (Path(chosen) if chosen else Path("~/.cache").expanduser()) / "optimspec"


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise BuildFailed(
            f"The compiler must accept the sources; {' '.join(command)} ended with status "
            f"{done.returncode}: {done.stderr.strip()}"
        )
    return done.stdout
