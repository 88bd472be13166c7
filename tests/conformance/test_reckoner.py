"""Reckoners: what alike targets have in common is computed once, by a process that runs none."""

import pickle
import socket
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np
import pytest

from optimspec.conformance import reckoned
from optimspec.conformance.allowance import Loss
from optimspec.conformance.jobs import Job
from optimspec.conformance.question import Question, digest, read
from optimspec.conformance.reckoner import Answers, Reckoners
from optimspec.reference import Experiment, TruthUndecided, truth
from optimspec.spec import ALGORITHMS, EDITS, mutations_of

ADAM = ALGORITHMS["adam"]
JOBS = [Job("a", "adam"), Job("b", "adam"), Job("c", "sgd")]


pytestmark = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="without such sockets every target reckons alone"
)


@pytest.fixture
def experiment():
    """Several shapes, a missing gradient, values that JSON has no word for, and a change."""
    return Experiment(
        (np.array(0.1), np.array([[1.0, -0.0], [5e-324, 1e300]])),
        (
            (np.array(np.inf), np.array([[1.0, np.nan], [0.0, -2.5]])),
            (None, np.array([[1.0, 2.0], [3.0, -0.1]])),
        ),
        {"alpha": 0.1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "lambda": 0.1},
        "float32",
        {2: {"alpha": 0.3}},
    )


@pytest.fixture
def asking():
    """A reckoner is asked; afterwards none is."""
    with closing(Reckoners(JOBS)) as of_run:
        reckoned.ask(of_run.address(JOBS[0]))
        yield of_run
    reckoned._reckoner = None
    reckoned._reckoned.cache_clear()


@pytest.mark.parametrize(
    "question",
    [
        lambda x: Question(ADAM, x),
        lambda x: Question(ADAM.edited(EDITS["eps-hat"], EDITS["decoupled-weight-decay"]), x),
        lambda x: Question(ADAM, replace(x, changes={}), is_of_bounds=True),
        lambda x: Question(ADAM, replace(x, hyper={"alpha": 1, "beta1": 0.5})),
        lambda _: Question(ADAM, Experiment((np.zeros((0, 3)),), (), {}, "float64")),
        lambda _: Question(ADAM, Experiment((np.ones((2, 3)).T,), (), {}, "float64")),
        lambda x: Question(ADAM, x, True, (("m", "float32"),), Loss("float32", True, "coarsely")),
    ],
)
def test_a_question_is_read_as_it_was_written(experiment, question):
    asked = question(experiment)

    assert read(asked.written()) == asked


def test_what_the_catalogue_has_not_is_not_asked(experiment):
    own = replace(ADAM, equations=ALGORITHMS["adam"].edited(EDITS["eps-hat"]).equations)

    assert Question(own, experiment).written() is None
    assert Question(replace(ADAM, name="mine"), experiment).written() is None
    assert Question(ADAM.edited(mutations_of(ADAM)[0]), experiment).written() is None


def test_a_reckoner_answers_what_would_be_computed_here(asking, experiment):
    line = reckoned._reckoner
    true, allowed = reckoned.truth(ADAM, experiment), reckoned.bounds(ADAM, experiment)
    assert reckoned._reckoner is line is not None

    assert pickle.dumps(true) == pickle.dumps(truth(ADAM, experiment))
    assert pickle.dumps(allowed) == pickle.dumps(Question(ADAM, experiment, True).answer())


def test_what_no_precision_decides_is_undecided_here_too(asking, monkeypatch, experiment):
    def answer(question):
        raise TruthUndecided("neither")

    monkeypatch.setattr(Question, "answer", answer)
    text = Question(ADAM, experiment).written()
    answered = digest(text) + Answers().to(text)
    monkeypatch.setattr(reckoned._reckoner, "recv_bytes", lambda: answered, raising=False)

    with pytest.raises(TruthUndecided, match="neither"):
        reckoned.truth(ADAM, experiment)


def test_an_answer_that_was_not_waited_for_is_no_other_questions(asking, monkeypatch, experiment):
    """A target's own alarm, say, may break off the wait, and what follows goes on."""
    other = replace(experiment, theta0=(np.array(0.5), experiment.theta0[1]))

    def interrupted():
        raise RuntimeError("alarm")

    line = reckoned._reckoner
    monkeypatch.setattr(line, "recv_bytes", interrupted, raising=False)
    with pytest.raises(RuntimeError, match="alarm"):
        reckoned.truth(ADAM, experiment)
    monkeypatch.undo()
    assert reckoned._reckoner is None
    assert pickle.dumps(reckoned.truth(ADAM, other)) == pickle.dumps(truth(ADAM, other))

    reckoned._reckoner = line  # even if it were asked again
    reckoned._reckoned.cache_clear()
    assert pickle.dumps(reckoned.truth(ADAM, other)) == pickle.dumps(truth(ADAM, other))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'[["adam", ["none"]], 1, 2, 3, 4]'])
def test_who_asks_nonsense_is_left_and_nobody_else(asking, experiment, text):
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(asking.address(JOBS[1]))
        line = Connection(other.detach())
    line.send_bytes(text)
    with pytest.raises((EOFError, ConnectionResetError)):
        line.recv_bytes()

    assert pickle.dumps(reckoned.truth(ADAM, experiment)) == pickle.dumps(truth(ADAM, experiment))
    assert reckoned._reckoner is not None


def test_without_a_reckoner_all_is_computed_here(asking, experiment):
    asking.done(JOBS[0])
    asking.done(JOBS[1])

    assert pickle.dumps(reckoned.truth(ADAM, experiment)) == pickle.dumps(truth(ADAM, experiment))
    assert reckoned._reckoner is None


def test_who_asks_what_is_not_known_while_another_answer_is_sought_gets_none(
    monkeypatch, experiment
):
    answers, known = Answers(), Question(ADAM, experiment).written()
    others = []

    def answer(question):
        others.append(answers.to(Question(ADAM, experiment, is_of_bounds=True).written()))
        return truth(question.algorithm, question.experiment)

    monkeypatch.setattr(Question, "answer", answer)

    assert answers.to(known) == answers.to(known) == pickle.dumps(truth(ADAM, experiment))
    assert others == [b""]


def test_only_alike_targets_have_one():
    with closing(Reckoners(JOBS)) as of_run:
        assert of_run.address(JOBS[0]) == of_run.address(JOBS[1])
        assert of_run.address(JOBS[2]) == ""
