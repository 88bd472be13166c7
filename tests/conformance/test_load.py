"""From a reference to a target; each mistake has its sentence."""

import os
import sys

import numpy as np
import pytest

from optimspec.conformance.load import CannotLoad, as_target, load, parse_arguments
from optimspec.conformance.specimen import Specimen
from optimspec.impls.naive_numpy import NaiveAdam

IMPORT = "from optimspec.impls.naive_numpy import NaiveAdam\n"


@pytest.fixture
def written(tmp_path):
    """A file of that text, under a name that nothing else has."""

    def write(text, name="mine_of_the_load_tests.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def _no_traces():
    modules, path = dict(sys.modules), list(sys.path)
    yield
    for name in [name for name in sys.modules if name.endswith("_load_tests")]:
        del sys.modules[name]
    assert sys.path == path
    assert all(sys.modules.get(name, module) is module for name, module in modules.items())


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("lr=0.5", 0.5),
        ("fused=True", True),
        ("mode='a=b'", "a=b"),
        ("betas=(0.9, 0.99)", (0.9, 0.99)),
        ("x=None", None),
    ],
)
def test_arguments_are_python_literals(pair, value):
    assert parse_arguments([pair]) == {pair.partition("=")[0]: value}


@pytest.mark.parametrize("pair", ["lr", "=1", "lr=", "lr=x", "l r=1", "lr=1+", "lr=open('x')", ""])
def test_other_arguments_are_refused_with_an_example(pair):
    with pytest.raises(CannotLoad) as refused:
        parse_arguments([pair])

    assert f"found {pair!r}. Write for example --arg fused=True" in str(refused.value)


@pytest.mark.parametrize("reference", ["", ":", "Adam", "mine.py", "mine.py:"])
def test_a_reference_has_a_colon_and_a_name(reference):
    with pytest.raises(CannotLoad, match=r"written package\.module:Name or path/to/file\.py:Name"):
        load(reference)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("missing.py:X", "A target's file must exist; there is none at missing.py."),
        ("nomodule:X", "nomodule needs nomodule, which is not installed. Check the spelling"),
        (":X", "must be importable;  raised ValueError: Empty module name"),
        ("optimspec.impls.naive_numpy:NaiveAdm", "it has no 'NaiveAdm'. Did you mean 'NaiveAdam'?"),
        ("optimspec.impls.naive_numpy:NaiveAdam.x", "must define NaiveAdam.x; it has no 'x'"),
        ("builtins:dict", "builtins:dict is the class dict. Wrap it in one of these."),
        ("math:pi", "math:pi is an object of type float. Wrap it in one of these."),
    ],
)
def test_what_is_not_there_or_no_target(reference, sentence):
    with pytest.raises(CannotLoad) as refused:
        load(reference)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def f(:", "raised SyntaxError: invalid syntax"),
        ("1 / 0", "raised ZeroDivisionError: division by zero (line 1 of <module>: `1 / 0`)."),
        ("import sys\nsys.exit(3)", "raised SystemExit: 3 (line 2 of <module>: `sys.exit(3)`)."),
        ("import nomodule", "needs nomodule, which is not installed."),
        ("def __getattr__(name):\n    raise OSError(5, name)", "it raised OSError: [Errno 5] X"),
        ("class X:\n    start = 1", "X lacks name, claim, capabilities, hyperparameters, start."),
        ("f()\n" * 1000, "raised NameError: name 'f' is not defined (line 1 of"),
        ("x = '\0'", "raised SyntaxError: source code string cannot contain null bytes"),
        ("def f(): return f()\nf()", "raised RecursionError: maximum recursion depth exceeded"),
        ("# coding: none\nX = 1", "raised SyntaxError: unknown encoding: none"),
        ("raise ValueError('\\x1b[2J\\u202e' * 10**6)", r"raised ValueError: \x1b[2J\u202e\x1b[2J"),
        ("X = None", "X is an object of type NoneType. Wrap it in one of these."),
        ("X = lambda: 0", "X is an object of type function. Wrap it in one of these."),
        (
            "class Y:\n    start = property(lambda self: 1 / 0)\nX = Y()",
            "A target must show itself; ",
        ),
        (
            "class Y:\n    name, claim, hyperparameters, capabilities = 'X', None, {}, None\n"
            "    def start(self, *a): ...\nX = Y()",
            "X lacks capabilities. See optimspec.conformance.protocol.Target.",
        ),
        (
            "class X:\n    def __init__(self, params, lr=1):\n        raise OSError('no')\n"
            "    def step(self, gradients): ...",
            "A target must be constructible on one parameter",
        ),
        (
            "class X:\n    def __init__(self, params, lr=1):\n        raise SystemExit\n"
            "    def step(self, gradients): ...",
            "raised SystemExit",
        ),
    ],
)
def test_files_that_cannot_be_used(written, text, sentence):
    made = text.startswith("class X:\n    start")
    path = written(text + ("\nX = X()" if made else ""))

    with pytest.raises(CannotLoad) as refused:
        load(f"{path}:X")

    assert sentence in str(refused.value)


@pytest.mark.parametrize("made", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_read(tmp_path, made):
    made(path := tmp_path / "x.py")

    with pytest.raises(CannotLoad, match="A target's file must exist; there is none at"):
        load(f"{path}:X")


def test_what_is_no_text_is_refused(tmp_path):
    (path := tmp_path / "x.py").write_bytes(b"X = '\xff'")

    with pytest.raises(CannotLoad, match=r"raised SyntaxError: .*'utf-8' codec can't decode"):
        load(f"{path}:X")


def test_an_interrupt_is_the_users(written):
    with pytest.raises(KeyboardInterrupt):
        load(f"{written('raise KeyboardInterrupt')}:X")


def test_a_file_may_import_its_neighbour(written):
    written(IMPORT, "neighbour_of_the_load_tests.py")
    path = written("from neighbour_of_the_load_tests import NaiveAdam")

    assert load(f"{path}:NaiveAdam").claim == "adam"


def test_a_file_does_not_replace_a_library(written):
    """Its own imports find the file's neighbours first, as a script's do; others' do not."""
    load(f"{written(IMPORT, 'random.py')}:NaiveAdam")

    assert hasattr(sys.modules["random"], "shuffle")


def test_a_file_does_not_change_numpys_error_handling(written):
    before = np.geterr()
    path = written(IMPORT + "import numpy\nnumpy.seterr(all='raise')")
    load(f"{path}:NaiveAdam")

    assert np.geterr() == before


def test_nested_names_and_arguments(written):
    path = written(f"class Outer:\n    {IMPORT}")
    target = load(f"{path}:Outer.NaiveAdam", {"lr": 0.5})

    assert target.name == f"{path}:Outer.NaiveAdam(lr=0.5)"
    assert target.hyperparameters["alpha"] == 0.5


def test_a_target_is_taken_as_it_is(adam):
    specimen = Specimen(adam)

    assert as_target(specimen, {}, "x") is specimen


def test_an_unknown_keyword_is_refused_with_the_nearest():
    with pytest.raises(CannotLoad, match=r"found 'betsa'\. Did you mean 'betas'"):
        as_target(NaiveAdam, {"betsa": (0.9, 0.99)}, "x")
