"""What a result depends on is known without running any code of the target."""

import sys
from hashlib import sha256

import pytest

from optimspec.conformance.asked import asked
from optimspec.conformance.jobs import Job

CODE = "raise SystemExit('run')\n"


def code(reference):
    return asked(Job(reference, None), formats=[], long=False).code


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder on the path with a package of a module, both of which would end the process."""
    package = tmp_path / "package_of_asked"
    package.mkdir()
    for name in ("__init__.py", "mine.py"):
        (package / name).write_text(f"# {name}\n{CODE}")
    monkeypatch.syspath_prepend(tmp_path)
    return package


def test_code_is_the_file_that_a_reference_names(folder):
    before = set(sys.modules)
    of = {
        name: sha256((folder / name).read_bytes()).hexdigest()
        for name in ("__init__.py", "mine.py")
    }

    assert code(f"{folder / 'mine.py'}:SGD") == of["mine.py"]
    assert code("package_of_asked.mine:SGD") == of["mine.py"]
    assert code("package_of_asked:SGD") == of["__init__.py"]
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    "reference",
    [
        "nomodule:SGD",
        "package_of_asked.absent:SGD",
        "absent.py:SGD",
        "builtins:dict",
        "SGD",
        "..:x",
        "a\0b:c",
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_has_no_file_has_no_code(reference):
    assert code(reference) == ""


def test_what_is_asked_for_does_not_depend_on_how_it_is_written():
    one, other = (
        asked(Job("nomodule:Adam", "adam"), formats=formats, long=True)
        for formats in (["float32", "float64"], ["float64", "float32", "float32"])
    )

    assert one == other
    assert (one.spec, one.long) == ("adam", True)
