"""What a result depends on, besides the seed and the versions: what was asked for, and the code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from optimspec.conformance.device import CPU
from optimspec.conformance.jobs import Job
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.record import Asked
from optimspec.conformance.source import source
from optimspec.spec import algorithm


def asked(job: Job, *, formats: Sequence[str], long: bool, device: str = CPU) -> Asked:
    """What a job asks for, with the fingerprint of its target's file as it is now."""
    return Asked(
        spec=algorithm(job.spec).name if job.spec else None,
        formats=[name for name in FORMATS if name in formats],
        long=long,
        code=_fingerprint(job.reference),
        device=device,
    )


def _fingerprint(reference: str) -> str:
    """The SHA-256 of the file that a reference names, which is not run; "" where there is none."""
    module = reference.rpartition(":")[0]
    try:
        path = Path(module) if module.endswith(".py") else source(module)
        if path is None or not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (ImportError, OSError, ValueError):
        return ""
