"""The contract of torch tried on a device that is not the CPU, which a stand-in is for tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.utils.backend_registration as registration

from clauses import bench, breaches, planted
from optimspec.impls.faults.gradients import NoneAsZeros

HELPERS = Path(__file__).parents[2] / "helpers"
LIMITS = {"contract.sparse", "contract.not-finite", "contract.saved-file", "contract.strided-view"}
"""What the stand-in cannot do: sparse tensors, indices in a list, weights_only, tolist."""


@pytest.mark.skipif(
    not hasattr(registration, "_setup_privateuseone_for_python_backend"),
    reason=f"torch {torch.__version__} takes no device written in Python: none was tried",
)
def test_the_same_clauses_are_kept_and_broken_there():
    path = os.pathsep.join([str(HELPERS), *sys.path])
    done = subprocess.run(
        [sys.executable, str(HELPERS / "elsewhere.py")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    found, here = json.loads(done.stdout), breaches(bench(planted(NoneAsZeros, torch.optim.Adam)))

    assert {n: said for n, said in found.items() if n not in LIMITS} == here
    assert "contract.grad-none" in here
