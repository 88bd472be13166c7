"""Files of test vectors, and answers to them by targets that run here."""

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.conformance.observe import observe
from optimspec.conformance.regimes import REGIMES
from optimspec.conformance.vectors_numbers import texts
from optimspec.conformance.vectors_read import read

FEW = ("one-step", "sparse", "zero", "eps-large", "eps-default", "exact-scalars", "schedule",
       "settings-change", "shapes")  # fmt: skip
"""Regimes on which every single edit shows, of few steps."""


@contextmanager
def few_cases(names=FEW, large=35):
    """A world of these cases alone, of which those above ``large`` steps are large."""
    with pytest.MonkeyPatch.context() as patch:
        few = tuple(r for r in REGIMES if r.id in names)
        patch.setattr("optimspec.conformance.cases.REGIMES", few)
        patch.setattr("optimspec.conformance.vectors_json.LARGE", large)
        yield


def run(*arguments):
    """The outcome of a command."""
    return CliRunner().invoke(app, ["vectors", *map(str, arguments)], env={"COLUMNS": "200"})


def observed(folder, target, formats=("float64",)):
    """What a target does on the vectors in a folder, by their ids."""
    runs = {
        id_: observe(target, case.experiment)
        for id_, case in read(folder).cases.items()
        if case.experiment.format in formats
    }
    assert not any(made.failure for made in runs.values())
    return runs


def answers(runs, state=("m", "v")):
    """Runs as JSON has them."""
    return {"tests": {id_: list(_rows(made, state)) for id_, made in runs.items()}}


def _rows(made, state):
    for thetas, states in zip(made.thetas, made.states, strict=True):
        shown = {name: [texts(of[name]) for of in states] for name in state}
        yield {"theta": [texts(theta) for theta in thetas], **shown}


def written(path, content):
    """A file of answers."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
