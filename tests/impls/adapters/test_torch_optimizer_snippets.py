"""Snippets of torch's optimizers print what a session gives."""

import contextlib
import functools
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from optimspec.conformance.protocol import Experiment, Target
from optimspec.impls.adapters.torch_optimizer import adapt

EXPERIMENT = Experiment(
    theta0=(np.array([1.0, 0.1]), np.array(2.0), np.zeros((0, 3))),
    gradients=(
        (np.array([0.3, -0.2]), None, np.zeros((0, 3))),
        (np.array([0.7, np.inf]), np.array(0.5), np.zeros((0, 3))),
    ),
    hyper={"beta2": np.float64(0.9)},
    format="float64",
    changes={2: {"beta1": 0.3, "alpha": 0.2}},
)


def outputs(text: str) -> list[str]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(text, {})
    return printed.getvalue().splitlines()


def replayed(made: Target) -> list[str]:
    session = made.start(EXPERIMENT.theta0, EXPERIMENT.hyper, EXPERIMENT.format)
    lines = []
    for step, gradients in enumerate(EXPERIMENT.gradients, start=1):
        for name, value in EXPERIMENT.changes.get(step, {}).items():
            session.set(name, value)
        lines.append(f"{step} {[array.tolist() for array in session.step(gradients)]}")
    return lines


@pytest.mark.parametrize(
    ("cls", "args", "name"),
    [
        (torch.optim.Adam, {}, "torch.optim:Adam"),
        (torch.optim.Adam, {"fused": True}, "torch.optim:Adam(fused=True)"),
        (torch.optim.Adam, {"lr": torch.tensor(0.1)}, "torch.optim:Adam"),
        (torch.optim.AdamW, {}, "AdamW"),
        (functools.partial(torch.optim.AdamW, weight_decay=0.5), {"eps": 0.1}, "mine"),
    ],
)
def test_snippet_prints_what_the_session_returns(
    cls: object, args: Mapping[str, object], name: str
) -> None:
    made = adapt(cls, args, name)
    assert made is not None
    assert replayed(made) == outputs(made.snippet(EXPERIMENT))


def test_snippet_runs_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import torch\nclass MyAdam(torch.optim.Adam): pass\n")
    made = adapt(torch.optim.Adam, {}, f"{file}:MyAdam")
    assert made is not None
    text = made.snippet(EXPERIMENT)
    assert f"runpy.run_path({str(file)!r})" in text
    assert replayed(made) == outputs(text)


def test_snippet_of_a_named_partial_calls_it_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import torch, functools\nmine = functools.partial(torch.optim.Adam, eps=0.5)\n"
    )
    made = adapt(functools.partial(torch.optim.Adam, eps=0.5), {}, f"{file}:mine")
    assert made is not None
    text = made.snippet(EXPERIMENT)
    assert "eps" not in text
    assert replayed(made) == outputs(text)
