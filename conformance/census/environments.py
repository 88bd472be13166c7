"""Virtual environments for packages that cannot live together: declared, made once, and kept."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from optimspec.conformance.census.declared import DeclaredEnvironment

_MARK: Final = "complete"
"""A file that an environment has when it is whole."""

_SHOWN: Final = 3
"""Last lines of what pip wrote that are told where it failed."""


class NotBuilt(Exception):  # noqa: N818 - the name says the mistake
    """An environment cannot be made; the message says at which step, and what pip said."""


def folder() -> Path:
    """Where environments are kept: in the user's folder for caches."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "optimspec" / "census"


def python_of(
    environment: DeclaredEnvironment, kept: Path, *, anew: bool, say: Callable[[str], None]
) -> Path:
    """The interpreter of an environment, which is made unless it is there.

    Parameters
    ----------
    environment
        What is in it, beside optimspec.
    kept
        The folder of all environments. Another declaration gets another folder in it.
    anew
        Whether to make it again, which takes the newest versions of all packages.
    say
        Called with each step before it is made.

    Raises
    ------
    NotBuilt
        If a step fails.
    """
    if not environment.install:
        return Path(sys.executable)
    home = kept / f"{environment.name}-{_digest(environment)}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if anew or not (home / _MARK).exists():
        say(f"making {home}")
        venv.create(home, clear=True, with_pip=True)
        for arguments in [*environment.install, *own_steps()]:
            say(f"pip install {' '.join(arguments)}")
            _install(python, arguments, home)
        (home / _MARK).touch()
    return python


def _digest(environment: DeclaredEnvironment) -> str:
    steps = [environment.install, own_steps(), sys.version]
    return sha256(json.dumps(steps).encode()).hexdigest()[:12]


def own_steps() -> list[list[str]]:
    """How optimspec is installed as it is here, where another version of NumPy may be wanted."""
    own = distribution("optimspec")
    needed = [text for text in own.requires or [] if "extra ==" not in text]
    needs = ["numpy" if _name(text) == "numpy" else text for text in needed]
    return [needs, ["--no-deps", *_source(own.read_text("direct_url.json"), own.version)]]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()


def _source(direct_url: str | None, version: str) -> list[str]:
    """What pip installs: the folder or file that this installation is of, or a release."""
    if direct_url is None:
        return [f"optimspec=={version}"]
    said = json.loads(direct_url)
    path = url2pathname(urlsplit(said["url"]).path)
    return ["-e", path] if said.get("dir_info", {}).get("editable") else [path]


def _install(python: Path, arguments: Sequence[str], home: Path) -> None:
    with (home / "pip.log").open("a+", encoding="utf-8") as log:
        began = log.tell()
        command = [
            str(python),
            "-m",
            "pip",
            "install",
            "--no-input",
            "--progress-bar=off",
            *arguments,
        ]
        done = subprocess.run(command, stdout=log, stderr=log, check=False)
        if not done.returncode:
            return
        log.seek(began)
        said = log.read().strip().splitlines()[-_SHOWN:]
    raise NotBuilt(
        f"An environment is made by its list's pip commands; pip install {' '.join(arguments)} "
        f"failed: {' '.join(said)} Everything it wrote is in {home / 'pip.log'}."
    )
