"""The run on a machine without a network: a checkout is laid out as the installed package."""

import runpy
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = ROOT / ".ci" / "cuda"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    lay_out = runpy.run_path(str(ROOT / ".ci" / "tree.py"))["main"]
    for _ in range(2):  # again over an older one
        lay_out(ROOT, folder)
    return folder


def test_a_layout_has_what_an_installation_has(tree):
    laid_out = metadata.Distribution.at(next(tree.glob("*.dist-info")))
    installed = metadata.distribution("optimspec")

    def points(of):
        groups = {"optimspec.targets", "optimspec.adapters"}
        return {(one.group, one.name, one.value) for one in of.entry_points if one.group in groups}

    assert points(laid_out) == points(installed) != set()
    assert (laid_out.name, laid_out.version) == ("optimspec", installed.version)
    assert set(laid_out.requires) == {each for each in installed.requires if "extra ==" not in each}


def test_a_layout_has_every_folder_of_the_package(tree):
    folders = {"spec", "reference", "conformance", "impls", "reports"}
    links = {link.name: link.resolve() for link in (tree / "optimspec").iterdir()}
    assert links == {name: ROOT / name for name in folders}


@pytest.mark.parametrize(
    ("argument", "status", "said"),
    [
        ("--help", 0, ".ci/cuda pack WHEELS"),
        ("/no/such/folder", 2, "must be a folder of wheels, or --; found /no/such/folder"),
    ],
)
def test_the_command_says_how_it_is_used(argument, status, said):
    done = subprocess.run([COMMAND, argument], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (status, int(status != 0))
    assert said in done.stdout + done.stderr
