"""Programs in C and JavaScript answer test vectors, and a wrong one is told what it computes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from optimspec.conformance.vectors_answers import read as read_answers
from optimspec.conformance.vectors_read import read
from vector_files import run

FOREIGN = Path(__file__).parents[1] / "foreign"


def tool(*names):
    """The first of these programs that there is, or a skip that says what was not run."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"found none of {', '.join(names)}: the program was not run")
    return found


def answered(*command, to, reading=b""):
    """The answers that a program writes."""
    made = subprocess.run(command, input=reading, stdout=subprocess.PIPE, check=True, timeout=60)
    to.write_bytes(made.stdout)
    return to


@pytest.fixture
def c_answers(exported, tmp_path):
    """The answers of the program in C, compiled with these flags."""

    def made(*flags):
        program = tmp_path / "adam"
        build = (tool("cc", "gcc", "clang"), "-std=c99", "-Wall", "-Werror", "-O2", *flags)
        subprocess.run([*build, "-o", program, FOREIGN / "adam.c", "-lm"], check=True, timeout=60)
        vectors = (exported / "adam-float32.txt").read_bytes()
        return answered(program, to=tmp_path / "answers.txt", reading=vectors)

    return made


@pytest.fixture
def javascript_answers(exported, tmp_path):
    """The answers of the program in JavaScript, given these arguments."""

    def made(*arguments):
        command = (tool("node"), FOREIGN / "adam.js", exported / "adam-float64.json", *arguments)
        return answered(*command, to=tmp_path / "answers.json")

    return made


def test_c_conforms_in_float32_and_shows_its_state(exported, c_answers):
    file = c_answers()
    made = run("check", exported, file)

    assert made.exit_code == 0
    assert "It computes Adam; it rounds within the bound (float32 k = " in made.output
    assert all(r.shows("v") for r in read_answers(file, read(exported)).runs.values())


def test_c_with_eps_under_the_root_is_told_so(exported, c_answers):
    made = run("check", exported, c_answers("-DWRONG"))

    assert made.exit_code == 1
    assert "It computes Adam in the variant eps-inside-root; " in made.output


def test_javascript_conforms_in_float64_long_vectors_included(exported, javascript_answers):
    file = javascript_answers()
    made = run("check", exported, file)

    assert made.exit_code == 0
    assert "It computes Adam; it rounds within the bound (float64 k = " in made.output
    assert len(read_answers(file, read(exported)).runs["float64.sparse"].thetas) == 40


def test_javascript_with_a_shifted_counter_is_told_so(exported, javascript_answers):
    made = run("check", exported, javascript_answers("wrong"))

    assert made.exit_code == 1
    assert "It computes Adam with step-starts-at-two." in made.output


def test_c_refuses_what_are_no_vectors(c_answers, exported, tmp_path):
    c_answers()
    made = subprocess.run(
        [tmp_path / "adam"], input=b"1 2 3", capture_output=True, check=False, timeout=60
    )

    assert made.returncode == 2
    assert made.stderr == b"These are no test vectors of Adam in float32.\n"
