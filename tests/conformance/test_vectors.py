"""Test vectors are the cases of a judgement, bit for bit, with what the equations give on them."""

import json
import sys
from dataclasses import replace
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from optimspec.conformance import cases
from optimspec.conformance.bench import Bench
from optimspec.conformance.specimen import Specimen
from optimspec.conformance.vectors import known_answers, leaves_bound
from optimspec.conformance.vectors_flags import FLAGS, flags_of
from optimspec.conformance.vectors_json import dumps, record
from optimspec.conformance.vectors_numbers import text
from optimspec.conformance.vectors_read import read
from optimspec.conformance.vectors_record import schema
from optimspec.conformance.vectors_tensors import packed, unpacked
from optimspec.reference import FORMATS, truth
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.catalogue import ENTRIES, edits_of
from vector_files import answers, few_cases, observed, run, written

SCHEMA = json.loads(schema())


@pytest.fixture(scope="module", params=FORMATS)
def vectors(request):
    """Three vectors in each format."""
    telling = ("sparse", "settings-change", "shapes")
    with few_cases(telling), pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimspec.conformance.vectors.edits_of", lambda _: ())
        return known_answers(ALGORITHMS["adam"], request.param, seed=0)


def same(one, other):
    """Whether arrays are equal bit for bit."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def number(hexed):
    return float.fromhex(hexed)


@pytest.mark.parametrize(
    ("value", "hexed"),
    [(3.0, "0x1.8p+1"), (1.0, "0x1p+0"), (-0.0, "-0x0p+0"), (0.1, "0x1.999999999999ap-4"),
     (5e-324, "0x0.0000000000001p-1022"), (np.inf, "inf"), (-np.inf, "-inf"), (np.nan, "nan")],
)  # fmt: skip
def test_numbers_are_short_and_exact(value, hexed):
    assert text(value) == hexed
    assert same(np.array(number(hexed)), np.array(value))


@pytest.mark.parametrize("name", FORMATS)
def test_they_are_the_cases_of_a_judgement(adam, name):
    with few_cases(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimspec.conformance.vectors._vector", lambda _, case: case)
        exported = known_answers(adam, name, seed=3)
        judged = Bench(Specimen(adam), adam, (name,), seed=3).cases(name)

    assert [(c.id, c.experiment) for c in exported] == [(c.id, c.experiment) for c in judged]


def test_json_keeps_every_bit(vectors, adam, tmp_path):
    name = vectors[0].case.experiment.format
    with few_cases(large=1000):
        made = record(adam, name, 0, vectors, "")
    (tmp_path / "v.json").write_text(dumps(made), encoding="utf-8")
    found = read(tmp_path)

    assert [case.experiment for case in found.cases.values()] == [
        vector.case.experiment for vector in vectors
    ]
    for vector, test in zip(vectors, json.loads(dumps(made))["tests"], strict=True):
        for rows, values in (("expected", vector.expected), ("bounds", vector.bounds)):
            for at, of in enumerate(values):
                for variable, x in of.items():
                    told = [[number(h) for h in r[variable][at]] for r in test["numbers"][rows]]
                    assert same(np.array(told).reshape(x.shape), x)


def test_safetensors_keep_every_bit_in_the_format_itself(vectors):
    data = packed(vectors)
    found = unpacked(data, "")
    codes = {"float64": b"F64", "float32": b"F32", "bfloat16": b"BF16", "float16": b"F16"}

    assert b'"dtype":"%s"' % codes[vectors[0].case.experiment.format] in data
    for vector in vectors:
        for at, (theta0, expected, bounds) in enumerate(
            zip(vector.case.experiment.theta0, vector.expected, vector.bounds, strict=True)
        ):
            gradients = np.array([row[at] for row in vector.case.experiment.gradients])
            assert same(found[f"{vector.id}/theta0/{at}"], theta0)
            assert same(found[f"{vector.id}/gradients/{at}"], gradients)
            for variable in expected:
                for kind, of in (("expected", expected), ("bounds", bounds)):
                    assert same(found[f"{vector.id}/{kind}/{variable}/{at}"], of[variable])


def test_the_flat_form_has_the_same_inputs(exported):
    words = (exported / "adam-float64.txt").read_text().split()
    hexed = [w for w in words if "0x" in w]
    told = []
    for case in read(exported).cases.values():
        x = case.experiment
        if x.format == "float64":
            told += [text(e) for theta0 in x.theta0 for e in theta0.ravel()]
            for settings, row in zip(x.settings(), x.gradients, strict=True):
                told += [text(settings[n]) for n in ("alpha", "beta1", "beta2", "epsilon")]
                told += [text(e) for g in row for e in g.ravel()]

    assert words[:4] == ["optimspec-vectors", "1", "inputs", list(read(exported).inputs)[1]]
    assert words[4:10] == ["algorithm", "adam", "format", "float64", "limit", "8"]
    assert hexed == told
    assert words[-1] == "end"


def test_large_vectors_are_in_a_file_beside(exported):
    tests = json.loads((exported / "adam-float64.json").read_bytes())["tests"]
    large = [t["id"] for t in tests if "tensors" in t]

    assert large == ["float64.sparse"]
    assert all(("numbers" in t) != ("tensors" in t) for t in tests)
    assert len(read(exported).cases["float64.sparse"].experiment.gradients) == 40


def test_a_gap_keeps_a_vector_in_json(vectors, adam):
    case = vectors[0].case
    gap = replace(case.experiment, gradients=((None,), *case.experiment.gradients[1:]))
    with few_cases(large=1):
        made = record(
            adam, gap.format, 0, [replace(vectors[0], case=replace(case, experiment=gap))], ""
        )

    assert made.tests[0].tensors is None
    assert made.tests[0].numbers.gradients[0] == [None]
    assert json.loads(dumps(made))["tests"][0]["numbers"]["gradients"][0] == [None]


def test_the_published_schema_is_the_classes():
    published = files("optimspec.conformance").joinpath("vectors.schema.json")

    assert published.read_text(encoding="utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_files_keep_to_the_schema(exported, adam):
    given = answers(observed(exported, Specimen(adam)))
    given["tests"]["float64.zero"] = {"skipped": "no"}
    check = jsonschema.Draft202012Validator(SCHEMA).is_valid

    assert check(json.loads((exported / "adam-float32.json").read_bytes()))
    assert check(given)
    assert not check({**given, "extra": 1})
    assert not check({"tests": {"float64.zero": {"theta": []}}})


def test_expected_values_are_within_their_bound_of_the_truth(vectors, adam):
    """So that k reckoned from them is off by 1 at most."""
    for vector in vectors:
        true = truth(adam, vector.case.experiment)
        for values, exact, bounds in zip(vector.expected, true, vector.bounds, strict=True):
            for name, x in values.items():
                assert np.all(exact[name].error(x) <= bounds[name])


def test_every_entry_without_settings_of_its_own_is_caught(exported, adam):
    """Weight decay, for one, needs a number that Adam's vectors have not."""
    for name in ("float64", "float32"):
        tests = json.loads((exported / f"adam-{name}.json").read_bytes())["tests"]
        missed = {e for e in edits_of(adam) if not any(e.id in t["catches"] for t in tests)}

        assert missed == {
            e for e in edits_of(adam) if {h.name for h in e.hyperparameters} - adam.defaults.keys()
        }


@pytest.mark.parametrize(
    ("edit", "case", "is_caught"),
    [("eps-inside-root", "eps-large", True), ("amsgrad", "one-step", False),
     ("amsgrad", "sparse", True), ("step-starts-at-zero", "one-step", True),
     ("step-counter-per-parameter", "eps-large", False)],
)  # fmt: skip
def test_a_vector_catches_what_leaves_its_bound(exported, adam, edit, case, is_caught):
    vector = read(exported).cases[f"float64.{case}"]

    assert leaves_bound(adam, EDITS[edit], vector.experiment) is is_caught


@pytest.mark.parametrize(
    ("case", "flags"),
    [("one-step", {"one-step"}), ("schedule", {"step-size-changes"}), ("normal", set()),
     ("settings-change", {"settings-change"}), ("zero", {"zero-gradient"}),
     ("eps-zero", {"eps-zero"}), ("betas-zero", {"beta-zero"}), ("eps-large", {"eps-shows"}),
     ("shapes", {"several-parameters"}), ("thousand-steps", {"many-steps"})],
)  # fmt: skip
def test_flags_say_what_is_special(adam, case, flags):
    names = frozenset(adam.defaults)
    of = cases.curated(adam.defaults, names, names, "float64", 0, claimed=adam)

    assert {*flags_of(next(c.experiment for c in of if c.id == case))} == flags


def test_every_flag_is_had_and_explained_by_an_entry(adam):
    names = frozenset(adam.defaults)
    had = {
        flag
        for into in FORMATS
        for case in cases.curated(adam.defaults, names, names, into, 0, claimed=adam)
        for flag in flags_of(case.experiment)
    }

    assert had == {flag.id for flag in FLAGS}
    assert {flag.entry for flag in FLAGS} <= {entry.id for entry in ENTRIES}


def test_notes_explain_the_flags_that_occur(exported):
    made = json.loads((exported / "adam-float64.json").read_bytes())
    used = {flag for test in made["tests"] for flag in test["flags"]}

    assert made["notes"].keys() == used
    assert all(note["link"].startswith("https://") for note in made["notes"].values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["adom", "-o", "x"], "Did you mean 'adam'?"),
        (["adam", "-o", "x", "--format", "float8"], "--format takes one of float64, float32"),
        (["signsgd", "-o", "{file}/x", "--format", "float16"], ": A file must be writable"),
    ],
)
def test_an_export_that_cannot_be_made_says_why(arguments, sentence, tmp_path):
    file = written(tmp_path / "file", "")
    with few_cases():
        result = run("export", *(a.replace("{file}", str(file)) for a in arguments))

    assert result.exit_code == 2
    assert sentence in result.output


def test_without_safetensors_the_remedy_is_named(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    from optimspec.conformance.vectors_tensors import NeedsSafetensors

    with pytest.raises(NeedsSafetensors, match=r"pip install 'optimspec\[vectors\]'"):
        packed(vectors)


def test_without_safetensors_an_export_ends_before_it_computes(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setattr("optimspec.conformance.vectors._vector", None)
    made = run("export", "adam", "-o", tmp_path)

    assert made.exit_code == 2
    assert made.output.startswith("error: Vectors of many steps are in a safetensors file")
    assert not list(tmp_path.iterdir())
