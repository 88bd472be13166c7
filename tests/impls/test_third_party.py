"""A package that this repository knows nothing of brings its adapter and its list of targets."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1] / "third_party"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where its wheel is installed, without torch; it is built outside of this repository."""
    pytest.importorskip("setuptools", minversion="77", reason="nothing builds wheels here")
    folder = tmp_path_factory.mktemp("third-party")
    source = shutil.copytree(PROJECT, folder / "source")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index"]
    built = [*pip, "wheel", "--no-build-isolation", *alone, "--wheel-dir", folder, source]
    subprocess.run(built, check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", *alone, "--target", folder / "site", wheel], check=True)
    without = "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')"
    (folder / "site" / "torch.py").write_text(without, encoding="utf-8")
    return folder


def test_its_list_is_judged_by_its_own_adapter(installed):
    command = [Path(sys.executable).with_name("optimspec"), "check", "--listed", "pendulum"]
    found = {**os.environ, "PYTHONPATH": str(installed / "site")}
    run = subprocess.run(
        [*command, "--accept", "variant"],
        cwd=installed,
        env=found,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "pendulum:falling  conforms" in lines
    assert "pendulum:floating  variant" in lines
    assert "in the variant momentum-as-average;" in run.stdout
    assert "unexpected" not in run.stdout
