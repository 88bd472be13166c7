"""The page of a comparison shows every run, whatever became of it."""

import math
import re

import pytest

from optimspec.conformance.record import Environment
from optimspec.conformance.train_record import (
    ClosedLoopRecord,
    Epoch,
    Metrics,
    Run,
    Surface,
    TaskRecord,
    TrainingRecord,
    Trial,
)
from optimspec.reports.train import headline, remark, render
from optimspec.reports.train_plot import style

NOTHING = Metrics(loss=math.nan, accuracy=0.0)


def run(label="adam", losses=(2.0, 1.0, 0.5), **changes):
    epochs = [
        Epoch(epoch=at, train=Metrics(loss=loss, accuracy=0.5), held_out=Metrics(loss=2 * loss,
              accuracy=0.25))
        for at, loss in enumerate(losses)
    ]  # fmt: skip
    usual = {
        "label": label, "target": label, "hyperparameters": {"alpha": 0.1}, "trials": [],
        "step_loss": list(losses), "step_accuracy": [0.5] * len(losses), "epochs": epochs,
        "path": [], "final": epochs[-1].train, "diverged_at": None, "seconds": 1.0,
    }  # fmt: skip
    return Run(**usual | changes)


def record(*runs, surface=None, **changes):
    usual = {
        "name": "digits", "title": "Digits", "about": "Images.", "formulas": [], "source": "A <b>",
        "url": "https://example.org", "parameters": 7, "train": 100, "held_out": 50, "batch": 10,
        "epochs": 2, "steps": 20, "format": "float32",
    }  # fmt: skip
    return TrainingRecord(
        task=TaskRecord(**usual | changes),
        runs=runs,
        surface=surface,
        environment=Environment(versions={"torch": "2"}, platform="here", seed=11),
        seconds=1.0,
    )


def bare(label="adam", losses=(2.0, 1.0), **changes):
    """A run that one drawing shows."""
    final = Metrics(loss=losses[-1])
    return run(label, losses, **{"epochs": [], "step_accuracy": [], "final": final, **changes})


def drawn(*runs, **changes):
    return render(record(*runs, **{"epochs": 0, "train": 0, "batch": 0, **changes}))


def on_surface(*paths):
    runs = [
        run(f"o{n}", path=path, epochs=[], step_accuracy=[], final=Metrics(loss=1.0))
        for n, path in enumerate(paths)
    ]
    ticks = [-1.0, 0.0, 1.0]
    heights = [[x * x + y * y + 0.1 for x in ticks] for y in ticks]
    surface = Surface(axes=["x1", "x2"], x=ticks, y=ticks, loss=heights, minimum=[0.0, 0.0])
    return record(*runs, surface=surface, epochs=0, train=0, batch=0, held_out=0)


GONE = run("gone", (2.0, math.inf), diverged_at=2, final=NOTHING)
BROKEN = run("broken", (2.0, 1.0), failure="ValueError: <no>")


def test_runs_are_ranked_by_the_held_out_loss_and_those_cut_short_come_last():
    found = record(GONE, run("slow", (2.0, 1.5)), run("fast"), BROKEN)

    assert [r.label for r in found.ranking] == ["fast", "slow", "broken", "gone"]
    assert headline(found) == (
        "Of 4 optimizers, fast comes farthest: loss 1 and 25.0% right on held-out examples."
    )
    assert headline(record(GONE)) == "No optimizer came to the end of its run."


def test_a_page_shows_curves_remarks_and_the_seed():
    page = render(record(run(), GONE, BROKEN))

    for text in (
        "Loss on the step&#39;s examples", "Accuracy on all held-out examples",
        "diverged at step 2", "stopped after 2 steps: ValueError: &lt;no&gt;",
        "<dd>11</dd>", "10 a step; 50 held out",
    ):  # fmt: skip
        assert text in page
    assert page.count("<figure") == 6
    assert "Paths" not in page
    assert "Beside exact training" not in page


def test_a_page_is_the_same_for_the_same_record_and_its_ids_are_its_own():
    page = render(record(run(), run("sgd")))
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert drawn(bare()) == drawn(bare())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "losses",
    [(1.0,), (0.0, 0.0), (math.nan, math.nan), (1e308, 1e-308), (math.inf, 1.0), (1.0, -3.0)],
)
def test_any_loss_can_be_drawn(losses):
    assert "<svg" in drawn(bare(losses=losses), bare("sgd"))


def test_a_run_without_a_step_is_shown():
    assert "nowhere" in drawn(bare("nowhere", step_loss=[]))


@pytest.mark.parametrize(
    "path",
    [[[0.5, 0.5]], [[0.5, 0.5], [1e300, math.inf]], [[0.5, 0.5], [math.nan, 0.0]],
     [[0.5, 0.5], [0.1, 0.2], [0.0, 0.0]]],
)  # fmt: skip
def test_any_path_can_be_drawn(path):
    page = render(on_surface([[0.5, 0.5], [0.1, 0.0]], path))

    assert "Paths" in page
    assert "x1" in page
    assert "Held-out loss" not in page
    assert "after 20 steps" in page


def test_certified_runs_show_their_share_and_what_it_does_not_cover():
    loop = ClosedLoopRecord(
        algorithm="adam", k=0.5, limit=8, silent_from=2, error=[0.0, 1e-9], bound=[0.0, math.inf]
    )
    page = drawn(bare(closed_loop=loop))
    beyond = run(closed_loop=loop.model_copy(update={"k": 9.0}))

    assert "0.5 of 8" in page
    assert "the bound says nothing from step 2 on" in page
    assert page.count("<figure") == 2
    assert remark(beyond) == "is not adam within the limit"


def test_the_choice_of_step_sizes_is_drawn():
    trials = [Trial(alpha=0.01, loss=1.0), Trial(alpha=0.1, loss=0.5), Trial(alpha=1.0, loss=1e999)]
    page = drawn(bare(trials=trials))

    assert "0.1*" in page
    assert "Loss at the end, by step size" in page


def test_formulas_are_set_as_mathematics():
    assert "<math" in drawn(bare(), formulas=[r"L = x_{1}^{2}"])


def test_text_is_escaped_and_nothing_runs():
    page = drawn(bare("<script>alert(1)</script>,lr=$x$"), formulas=["L = 1"])

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "A &lt;b&gt;" in page


def test_each_of_many_runs_has_a_look_of_its_own():
    assert len({style(place) for place in range(30)}) == 30
    assert "<svg" in drawn(*(bare(f"o{n}") for n in range(35)))
