"""Vectors that others made are refused in a sentence, unless the algorithm can be run on them."""

import json
import re
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from safetensors.numpy import load, save

from optimspec.conformance.specimen import Specimen
from optimspec.conformance.vectors_answers import read as read_answers
from optimspec.conformance.vectors_numbers import NotUsable
from optimspec.conformance.vectors_read import read
from optimspec.conformance.vectors_record import schema
from vector_files import answers, observed, run, written

VALID = jsonschema.Draft202012Validator(json.loads(schema())).is_valid


@pytest.fixture
def vectors(exported):
    """The JSON of two vectors in float64, the second of which is in a file beside."""
    made = json.loads((exported / "adam-float64.json").read_bytes())
    tests = {test["id"]: test for test in made["tests"]}
    made["tests"] = [tests["float64.zero"], tests["float64.sparse"]]
    return made


def setting(name, value):
    """Another hyperparameter in the first test."""
    return lambda v: v["tests"][0]["hyperparameters"].update({name: value})


def changing(step, name, value):
    """A change of a hyperparameter in the first test."""
    return lambda v: v["tests"][0]["changes"].update({step: {name: value}})


def shape(*sizes):
    """Another shape in the first test."""
    return lambda v: v["tests"][0]["shapes"].update(theta=[sizes])


def again(v, id_):
    """The first test once more, under a name."""
    v["tests"].append({**v["tests"][0], "id": id_})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (setting("alpha", "0x1p+99999"), "made of numbers: alpha of float64.zero has '0x1p+99999'"),
        (setting("alpha", "nan"), "'alpha' = nan at step 1 of 10"),
        (setting("alpha", "inf"), "'alpha' = inf at step 1"),
        (setting("alpha", "-0x1p+0"), "'alpha' = -1 at step 1"),
        (setting("beta1", "0x1p+0"), "'beta1' = 1 at step 1"),
        (setting("mu", "0x1p-1"), "sets 'alpha, beta1, beta2, epsilon, mu'"),
        (lambda v: v["tests"][0]["hyperparameters"].pop("alpha"), "'beta1, beta2, epsilon'"),
        (changing("0", "alpha", "0x1p+0"), "'alpha' = 1 at step 0 of 10"),
        (changing("11", "alpha", "0x1p+0"), "'alpha' = 1 at step 11 of 10"),
        (changing("2", "mu", "0x1p+0"), "'mu' = 1 at step 2"),
        (changing("2", "beta2", "-0x1p+0"), "'beta2' = -1 at step 2"),
        (shape(-1, -12), "greater than or equal to 1"),
        (shape(2**32, 2**32), f"has {2**64} numbers: float64.zero has 12"),
        (lambda v: v["tests"][0].update(id="zero"), "begin with float64 and a dot: found 'zero'"),
        (lambda v: v["tests"][0].update(id="float64.a b"), "found 'float64.a b'"),
        (lambda v: again(v, "float64.zero"), "found 'float64.zero' twice"),
        (lambda v: again(v, "float64.other"), "float64.zero and float64.other begin alike"),
        (lambda v: v["tests"].clear(), "at least 1 item"),
        (lambda v: v["tests"][0].update(tensors="a"), "either numbers or tensors"),
        (lambda v: v["tests"][0].pop("numbers"), "either numbers or tensors"),
        (lambda v: v.update(seed=-1), "greater than or equal to 0"),
    ],
)
def test_json(exported, tmp_path, vectors, change, sentence):
    (tmp_path / "adam-float64.safetensors").write_bytes(
        (exported / "adam-float64.safetensors").read_bytes()
    )
    change(vectors)
    written(tmp_path / "adam-float64.json", vectors)

    with pytest.raises(NotUsable, match=re.escape(sentence)):
        read(tmp_path)


def test_a_test_in_two_places_or_none_is_against_the_schema(vectors):
    numbers, tensors = vectors["tests"]

    assert VALID(vectors)
    assert not VALID({**vectors, "tests": [{**numbers, "tensors": "a"}]})
    assert not VALID({**vectors, "tests": [{n: x for n, x in tensors.items() if n != "tensors"}]})
    assert not VALID({**vectors, "tests": []})


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("gradients/0", lambda x: x[:0], "gradients behind an axis of steps"),
        ("gradients/0", lambda x: x[0, 0], "have [(12,), ()]"),
        ("gradients/0", lambda x: x[:, :11], "have [(12,), (40, 11)]"),
        ("theta0/0", lambda x: x[:11], "have [(11,), (40, 12)]"),
    ],
)
def test_tensors(exported, tmp_path, vectors, name, change, sentence):
    held = load((exported / "adam-float64.safetensors").read_bytes())
    held[f"float64.sparse/{name}"] = np.array(change(held[f"float64.sparse/{name}"]))
    (tmp_path / "adam-float64.safetensors").write_bytes(save(held))
    written(tmp_path / "adam-float64.json", vectors)

    with pytest.raises(NotUsable, match=re.escape(sentence)):
        read(tmp_path)


def test_tensors_of_a_wider_format(exported, tmp_path):
    for name in ("adam-float32.json", "adam-float32.safetensors"):
        (tmp_path / name).write_bytes((exported / name).read_bytes())
    held = load((tmp_path / "adam-float32.safetensors").read_bytes())
    held["float32.sparse/theta0/0"] = held["float32.sparse/theta0/0"] + np.float64(2**-40)
    (tmp_path / "adam-float32.safetensors").write_bytes(save(held))

    with pytest.raises(NotUsable, match=r"float32.sparse has some that float32 has not"):
        read(tmp_path)


def test_the_command_says_it_in_a_line(tmp_path, vectors):
    setting("alpha", "0x1p+99999")(vectors)
    vectors["tests"].pop()
    made = run("check", written(tmp_path / "v.json", vectors).parent, tmp_path)

    assert (made.exit_code, made.output.count("\n")) == (2, 1)


def test_vectors_on_which_nothing_can_be_wrong(exported, tmp_path, adam):
    asked = read(exported)
    unbound = {
        id_: replace(
            case,
            experiment=replace(
                case.experiment,
                theta0=tuple(np.full_like(theta, np.nan) for theta in case.experiment.theta0),
            ),
        )
        for id_, case in asked.cases.items()
    }
    file = written(tmp_path / "a.json", answers(observed(exported, Specimen(adam))))

    with pytest.raises(NotUsable, match="of the float64 vectors that are answered none has"):
        read_answers(file, replace(asked, cases=unbound))
