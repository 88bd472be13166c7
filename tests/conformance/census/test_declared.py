"""Lists are read as they are declared, and every mistake in one is told."""

import pytest

from census_lists import HEAD, confirmed, row
from optimspec.conformance.census.declared import BadList, read, shipped
from optimspec.conformance.census.run import entries_of, only

ADAM = row("a:B")


@pytest.fixture
def made(tmp_path):
    def write(text, name="list.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_list_is_its_environment_and_its_rows(made):
    (declared,) = read([made(HEAD + row("a:B", "arguments = { nesterov = true }"))])
    (entry,) = entries_of(declared)
    assert declared.environment.name == "here"
    assert (entry.package, entry.row.title, entry.row.spec) == (
        "numpy",
        "a:B(nesterov=True)",
        "sgd",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[environment", "A list is a TOML file"),
        ("[environment]\nname = 'Two Words'\n", "environment.name"),
        (HEAD, "package.0.row"),
        (HEAD + ADAM.replace("sgd", "sdg"), "'sdg'"),
        (HEAD + ADAM + ADAM, "is twice"),
        (HEAD + ADAM + HEAD[HEAD.index("[[") :] + row("c:D"), "'numpy' is there twice"),
        (HEAD + ADAM + "verdict = 'conforms'", "package.0.row.0.verdict"),
        (HEAD + ADAM + "[package.row.confirmed]\nverdict='imprecise'\nfindings=[]", "findings"),
        (HEAD + ADAM + confirmed("bad", "a.py", 1, "x"), "confirmed.verdict"),
    ],
)
def test_a_mistake_in_a_list_is_told(made, text, said):
    with pytest.raises(BadList, match=r"A (list|row|package)") as problem:
        read([made(text)])
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadList, match="can be read"):
        read([tmp_path / "none.toml"])


def test_two_lists_have_two_environments(made):
    with pytest.raises(BadList, match="'here' is that of two"):
        read([made(HEAD + ADAM), made(HEAD.replace("numpy", "sympy") + ADAM, "other.toml")])


def test_a_package_is_chosen_by_its_name(made):
    lists = read([made(HEAD + ADAM)])
    assert only(lists, ["numpy"]) == lists
    assert only(lists, ["scipy"]) == []


def test_the_shipped_lists_are_lists():
    lists = read(shipped())
    packages = {package.name for each in lists for package in each.package}
    rows = [entry for each in lists for entry in entries_of(each)]
    assert len(packages) >= 40
    assert len(rows) >= 150
