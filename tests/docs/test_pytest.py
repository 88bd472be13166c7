"""docs/pytest.md shows tests that can be collected, and every argument."""

import inspect
import re
from pathlib import Path

from optimspec.conformance import parametrize_with_checks
from optimspec.conformance.pytest.examine import Examiner
from optimspec.conformance.pytest.families import FAMILIES

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[2]
TEXT = (DOCS / "docs" / "pytest.md").read_text()


def given(function):
    """Keyword arguments with their defaults."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def test_the_example_makes_a_test_of_each_target_and_check(pytester):
    (shown,) = re.findall(r"```python\n(from mine.*?)```", TEXT, re.DOTALL)
    pytester.makepyfile(mine="class MyAdam: pass", test_mine=shown)
    pytester.syspathinsert()
    found = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--collect-only", "-q")

    tests = [line for line in found.outlines if "::" in line]
    assert tests == [
        f"test_mine.py::test_optimizer[{target}-{family}]"
        for target in ("MyAdam", "Adam")
        for family in FAMILIES
        if family != "long-run"
    ]


def test_every_argument_is_in_the_table_with_its_default():
    arguments = given(parametrize_with_checks)
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*?) \|$", TEXT, re.MULTILINE))

    assert [*rows] == ["targets", *arguments]
    said = {name: rows[name].strip('`"') for name, value in arguments.items() if value}
    assert said == {name: str(value) for name, value in arguments.items() if value}


def test_the_fixture_takes_what_the_decorator_takes():
    decorator = given(parametrize_with_checks)
    del decorator["expected_failed"]

    assert given(Examiner.check) == decorator
