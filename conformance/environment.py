"""What a record was made with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from optimspec.conformance import device as devices
from optimspec.conformance.defaults import SEED as SEED
from optimspec.conformance.record import Environment

PACKAGES = (
    "optimspec",
    "numpy",
    "sympy",
    "mpmath",
    "python-flint",
    "hypothesis",
    "torch",
    "triton",
    "jax",
    "optax",
    "keras",
    "mlx",
    "scikit-learn",
)


def environment(seed: int, device: str = devices.CPU) -> Environment:
    """Versions of everything that can change a result, the device, the platform and the seed."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    if "keras" in versions and (backend := os.environ.get("KERAS_BACKEND")):
        versions["keras-backend"] = backend
    versions |= devices.versions(device)
    return Environment(versions=versions, platform=platform.platform(), seed=seed)
