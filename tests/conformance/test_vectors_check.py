"""Answers to test vectors are judged as the implementation itself would be, or refused."""

import json
import re
import shutil

import numpy as np
import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.formula import formula
from optimspec.conformance.judge import judge
from optimspec.conformance.load import load
from optimspec.conformance.record import Status
from optimspec.conformance.specimen import Specimen
from optimspec.conformance.vectors_answers import read as read_answers
from optimspec.conformance.vectors_numbers import NotUsable
from optimspec.conformance.vectors_read import read
from optimspec.conformance.vectors_target import AnsweredVectors
from optimspec.reports import junit
from optimspec.spec import ALGORITHMS
from vector_files import answers, few_cases, observed, run, written


@pytest.fixture(scope="module")
def asked(exported):
    """The vectors."""
    return read(exported)


@pytest.fixture(scope="module")
def right(exported):
    """The runs of a faithful Adam."""
    return observed(exported, Specimen(ALGORITHMS["adam"]))


@pytest.fixture
def record(asked, tmp_path):
    """The record of answers; proofs, which take longest, are the matter of other tests."""

    def made(given):
        answered = read_answers(written(tmp_path / "answers", given), asked)
        target = AnsweredVectors("answers", asked, answered)
        return judge(target, asked.algorithm, proofs=False)

    return made


@pytest.fixture
def check(exported, tmp_path):
    """The outcome of the command."""
    return lambda given, *options: run(
        "check", exported, written(tmp_path / "answers", given), *options
    )


def _message(record, check="precision.float64"):
    return next(result.message for result in record.checks if result.id == check)


def statuses(record, status):
    return {result.id for result in record.checks if result.status is status}


class TestVerdicts:
    def test_torchs_adam_conforms(self, check, exported):
        pytest.importorskip("torch")
        runs = observed(exported, load("torch.optim:Adam"), ("float32",))
        made = check(answers(runs))

        assert made.exit_code == 0
        assert "answers  conforms\n  It computes Adam; it rounds within the bound" in made.output
        assert "answers to 9 test vectors, and on nothing else.\n" in made.output

    def test_what_needs_new_runs_is_skipped(self, record, right):
        found = record(answers(right))

        assert statuses(found, Status.PASS) == {
            "formula", "precision.float64", "step-bound", "evidence.vectors"
        }  # fmt: skip
        assert statuses(found, Status.SKIP) >= {
            "runs", "repeats", "low-precision", "invariants", "options", "contract"
        }  # fmt: skip
        assert "no other inputs could be searched" in _message(found, "formula")

    @pytest.mark.parametrize(("accepted", "status"), [((), 1), (("--accept", "variant"), 0)])
    def test_eps_under_the_root_is_named(self, check, exported, specimen, accepted, status):
        runs = observed(exported, specimen("eps-inside-root"))
        made = check(answers(runs, state=()), *accepted)

        assert made.exit_code == status
        assert "It computes Adam in the variant eps-inside-root" in made.output
        assert "It is at float64.one-step, step 1: theta of parameter 0, element " in made.output

    @pytest.mark.usefixtures("shallow")
    def test_what_nothing_explains_departs_somewhere(self, record, right):
        given = answers(right)
        given["tests"]["float64.shapes"][2]["theta"][1][0] = "0x1p+40"
        found = record(given)

        assert found.verdict == "nonconforming"
        assert found.matched is None
        at = found.departures[0]
        assert (at.case, at.step, at.parameter, at.element) == ("shapes", 3, 1, 0)
        assert "float64.shapes, step 3: theta of parameter 1, element 0" in junit.render([found])

    def test_a_vector_that_is_skipped_is_told(self, check, right):
        given = answers(right)
        given["tests"]["float64.settings-change"] = {"skipped": "betas are fixed"}
        made = check(given)

        assert made.exit_code == 0
        assert "8 test vectors, 1 more having been skipped" in made.output
        assert "evidence.vectors: Not run: float64.settings-change: betas are fixed." in made.output

    def test_the_record_says_which_vectors_were_answered(self, record, asked, right):
        (digest,) = (d for d, own in asked.inputs.items() if "float64.zero" in own)
        said = _message(record(answers(right)), "evidence.vectors")

        assert said == f"All 9 have answers. The digest of float64 is {digest}."

    def test_the_first_departure_is_named_with_its_own_test(self, asked, right, adam, tmp_path):
        given = answers(right)
        given["tests"]["float64.sparse"][9]["theta"][0][0] = "0x1p+40"
        given["tests"]["float64.shapes"][2]["theta"][1][0] = "0x1p+80"
        found = read_answers(written(tmp_path / "answers", given), asked)
        (result,) = formula(Bench(AnsweredVectors("", asked, found), adam, ("float64",), 0))
        said = result.message

        assert "In case shapes the error is " in said
        assert "First departure, in sparse: theta at step 10 is 1099511627776, " in said

    def test_state_is_measured_where_it_is_shown(self, record, right):
        def values(state):
            (told,) = re.findall(r"over (\d+) values", _message(record(answers(right, state))))
            return int(told)

        assert values(state=("m", "v")) == 3 * values(state=())

    def test_state_in_another_form_is_nobodys_mistake(self, record, right):
        given = answers(right)
        given["tests"]["float64.sparse"][30]["v"][0][3] = "0x1p+40"

        assert record(given).verdict == "conforms"


class TestForms:
    @pytest.mark.parametrize("name", ["float64", "float32"])
    def test_what_is_expected_conforms_as_flat_answers(self, exported, asked, name):
        file = exported / f"adam-{name}.expected.txt"
        runs = read_answers(file, asked).runs

        assert len(runs) == 9
        assert run("check", exported, file).exit_code == 0

    def test_a_folder_has_all_formats(self, exported, asked, tmp_path):
        for name in ("float64", "float32"):
            shutil.copy(exported / f"adam-{name}.expected.txt", tmp_path)
        target = AnsweredVectors("", asked, read_answers(tmp_path, asked))

        assert target.capabilities.formats == ("float64", "float32")
        assert [len(target.recorded(f)) for f in target.capabilities.formats] == [9, 9]

    def test_answers_are_replayed_bit_for_bit(self, exported, asked, right, tmp_path):
        file = written(tmp_path / "a.json", answers(right))
        target = AnsweredVectors("", asked, read_answers(file, asked))
        again = observed(exported, target)

        for id_, made in right.items():
            assert np.array_equal(
                [x.tobytes() for row in made.thetas for x in row],
                [x.tobytes() for row in again[id_].thetas for x in row],
            )
            assert again[id_].states[-1][0]["m"].tobytes() == made.states[-1][0]["m"].tobytes()
            assert again[id_].state_formats == {"m": "float64", "v": "float64"}

    def test_other_inputs_have_no_answer(self, asked, right, tmp_path):
        given = read_answers(written(tmp_path / "a.json", answers(right)), asked)
        experiment = asked.cases["float64.schedule"].experiment
        session = AnsweredVectors("", asked, given).start(
            experiment.theta0, experiment.hyper, "float64"
        )
        for step in range(4):
            session.step(experiment.gradients[step])
        with pytest.raises(LookupError, match="no recorded answer"):
            session.step(experiment.gradients[4])  # before which the step size changes

    def test_state_may_be_kept_wider(self, exported, asked, adam, tmp_path):
        runs = observed(exported, Specimen(adam, format="float64"), ("float32",))
        given = {**answers(runs), "state_formats": {"m": "float64", "v": "float64"}}
        found = read_answers(written(tmp_path / "a.json", given), asked).runs

        assert found["float32.zero"].state_formats == {"m": "float64", "v": "float64"}
        with pytest.raises(NotUsable, match="must be one of float32"):
            read_answers(written(tmp_path / "a.json", answers(runs)), asked)

    @pytest.mark.parametrize(
        ("number", "value"),
        [(1, 1.0), (0.5, 0.5), ("0.5", 0.5), ("0x1.8p+1", 3.0), ("-0X1P-1", -0.5),
         ("1e400", np.inf), ("-inf", -np.inf), ("Infinity", np.inf), ("NaN", np.nan),
         ("-nan", np.nan), ("-nan(ind)", np.nan), ("nan(0x8000)", np.nan)],
    )  # fmt: skip
    def test_numbers_may_be_written_so(self, asked, right, tmp_path, number, value):
        given = answers(right)
        given["tests"]["float64.zero"][0]["theta"][0][1] = number
        found = read_answers(written(tmp_path / "a.json", given), asked).runs

        assert np.array_equal(found["float64.zero"].thetas[0][0][1], value, equal_nan=True)

    def test_decimals_are_rounded_to_the_format(self, exported, asked, adam, tmp_path):
        given = answers(observed(exported, Specimen(adam), ("float32",)))
        given["tests"]["float32.zero"][0]["theta"][0][1] = "0.1"
        found = read_answers(written(tmp_path / "a.json", given), asked).runs

        assert found["float32.zero"].thetas[0][0][1] == float(np.float32(0.1))


def changed(change):
    """What a change of the tests makes of answers."""
    return lambda given: (change(given["tests"]), given)[1]


def first(number):
    """A number in the place of another."""
    return changed(lambda tests: tests["float64.zero"][1]["theta"][0].__setitem__(0, number))


def second(change):
    """A change of the second step of a test."""
    return changed(lambda tests: change(tests["float64.zero"][1]))


MALFORMED = [
    (changed(lambda t: t.pop("float64.zero")), "1 of 9 are not, the first float64.zero."),
    (changed(lambda t: t.update({"float64.zeros": []})), "Did you mean 'float64.zero'?"),
    (lambda g: {"tests": {i: {"skipped": "x"} for i in g["tests"]}}, "of float64 there is none"),
    (lambda _: {"tests": {}}, "There must be answers"),
    (changed(lambda t: t.update({"float64.zero": {"skipped": " "}})), "float64.zero has none."),
    (changed(lambda t: t["float64.zero"].pop()), "float64.zero has 10, not 9."),
    (changed(lambda t: t["float64.zero"].clear()), "float64.zero has 10, not 0."),
    (changed(lambda t: t.update({"float64.zero": 5})), "tests.float64.zero"),
    (second(lambda row: row["theta"][0].pop()), "[12] has 12 numbers: theta of float64.zero"),
    (second(lambda row: row["theta"].append([])), "at step 2 has 2, and there are 1"),
    (second(lambda row: row.pop("theta")), "Every step of an answer has theta"),
    (second(lambda row: row.pop("m")), "Every step of an answer has theta"),
    (second(lambda row: row.update(mu=[])), "State is of m, v, in one of float64"),
    (second(lambda row: row["theta"].__setitem__(0, [[1]])), "[12] has 12 numbers"),
    (first(None), "theta of float64.zero at step 2, parameter 0 has None. Write 1.5"),
    (first(True), "has True. Write 1.5"),
    (first("0x1.gp+0"), "has '0x1.gp+0'"),
    (first("0x1p+9999"), "has '0x1p+9999'"),
    (first(10**400), "Vectors and answers are made of numbers"),
    (lambda _: [], "laid out as docs/vectors.md says"),
    (lambda g: {**g, "other": 1}, "Extra inputs are not permitted"),
    (lambda g: {**g, "inputs": "0" * 64}, "Run the implementation on these."),
    (lambda g: {**g, "state_formats": {"m": "float8"}}, "state_formats.m"),
    (lambda g: json.dumps(g)[:-9], "or was cut short"),
    (lambda _: '{"tests": {"a": [], "a": []}}', "'a' is there twice"),
    (lambda _: "[" * 10**6, "neither, or was cut short"),
    (lambda _: "", "neither, or was cut short"),
    (lambda _: "\x00", "neither, or was cut short"),
]


class TestRefusals:
    """A sentence, and status 2, before anything is judged or written."""

    @pytest.mark.parametrize(("make", "sentence"), MALFORMED)
    def test_malformed_answers(self, asked, right, tmp_path, make, sentence):
        with pytest.raises(NotUsable, match=re.escape(sentence)):
            read_answers(written(tmp_path / "a.json", make(answers(right))), asked)

    def test_the_command_says_it_in_a_line(self, check):
        made = check("")

        assert (made.exit_code, made.output.count("\n")) == (2, 1)
        assert made.output.startswith("error: Answers are JSON, or flat")

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("\nend\n", "\n", "with the line 'end'"),
            ("optimspec-answers 1", "optimspec-answers 2", "begins with 'optimspec-answers 2'"),
            ("state 2 m v", "state 3 m v", "before their tests, each once: "),
            ("state 2 m v", "state 2 m w", "State is of m, v"),
            ("state 2 m v", "state 2 m m", "each once: "),
            ("state 2 m v", "state 2 m v\nstate 2 m v", "has 'state 2 m v'"),
            ("state 2 m v", "inputs 0", "has 'inputs 0'"),
            ("state 2 m v", "kept m float64\nkept m float64", "has 'kept m float64'"),
            ("\nend\n", "\nkept m float64\nend\n", "has 'kept m float64'"),
            ("\nend\n", "\nend\noptimspec-answers 1\nend\n", "has 'end'. Put the files"),
            ("state 2 m v", "state 0", "write the line 'state 2 m v' before the tests"),
            ("state 2 m v", "state 2 m v\nkept m float8", "in 'float8'"),
            (
                "test float64.zero\n",
                "test float64.zero\n1 ",
                "float64.zero has 360, and there are 361",
            ),
            ("test float64.zero\n", "test float64.nought\n", "'float64.nought', which is none"),
            ("test float64.zero\n", "tset float64.zero\n", "float64.sparse has "),
            ("test float64.zero\n", "test float64.sparse\n", "float64.sparse is again in"),
            ("inputs ", "inputs 0", "the inputs of others"),
        ],
    )
    def test_malformed_flat_answers(self, exported, asked, tmp_path, old, new, sentence):
        text = (exported / "adam-float64.expected.txt").read_text()
        assert old in text
        with pytest.raises(NotUsable, match=re.escape(sentence)):
            read_answers(written(tmp_path / "a.txt", text.replace(old, new)), asked)

    def test_a_flat_skip_has_its_reason(self, exported, asked, tmp_path):
        text = (exported / "adam-float64.expected.txt").read_text()
        first, _, rest = text.partition("test float64.zero\n")
        after = rest[rest.index("test ") :]
        file = written(tmp_path / "a.txt", f"{first}skip float64.zero no zero here\n{after}")

        assert read_answers(file, asked).skipped == {"float64.zero": "no zero here"}

    @pytest.mark.parametrize("file", ["adam-float64.json", "adam-float64.txt"])
    def test_vectors_are_no_answers(self, exported, asked, file):
        with pytest.raises(NotUsable, match=f"{file} has the vectors themselves"):
            read_answers(exported / file, asked)

    @pytest.mark.parametrize("path", ["nowhere", "empty"])
    def test_answers_that_are_not_there(self, exported, tmp_path, path):
        (tmp_path / "empty").mkdir()
        made = run("check", exported, tmp_path / path)

        assert made.exit_code == 2
        assert ("A file must be readable" if path == "nowhere" else "There must be") in made.output

    @pytest.mark.parametrize(
        ("file", "old", "new", "sentence"),
        [
            ("adam-float64.json", '"0x1.', '"0x0.', "have other ones than their digest says"),
            ("adam-float64.json", '"schema_version": "1"', '"schema_version": "2"', "of version 1"),
            ("adam-float64.json", "sqrt(v_hat_t)", "v_hat_t", "of the equations that this version"),
            ("*.json", '"adam"', '"adom"', "Did you mean 'adam'?"),
            ("adam-float64.json", '"seed": 0', '"seed": 1', "must be of one algorithm and seed"),
            ("adam-float64.json", "\n]}", "", "as they were exported"),
            ("adam-float64.safetensors", "sparse/theta0/0", "sparse/theta0/1", "there is no"),
            ("adam-float64.safetensors", '"F64"', '"U64"', "a safetensors file of floating-point"),
            ("adam-float64.safetensors", "{", "[", "a safetensors file of floating-point"),
        ],
    )
    def test_vectors_that_are_not_as_exported(self, exported, tmp_path, file, old, new, sentence):
        folder = tmp_path / "vectors"
        shutil.copytree(exported, folder)
        for path in folder.glob(file):
            data = path.read_bytes()
            assert old.encode() in data
            path.write_bytes(data.replace(old.encode(), new.encode()))

        with pytest.raises(NotUsable, match=sentence.replace("?", r"\?")):
            read(folder)

    def test_a_folder_without_vectors(self, tmp_path):
        made = run("check", tmp_path, tmp_path)

        assert made.exit_code == 2
        assert "optimspec vectors export SPEC -o DIR" in made.output


def test_matrices_are_asked_of_algorithms_that_need_them(tmp_path):
    """Shampoo's vectors go out and come back, with their square state."""
    with few_cases(("zero", "one-step")):
        made = run("export", "shampoo", "-o", tmp_path, "--format", "float64", "--flat")
    asked = read(tmp_path)
    runs = read_answers(tmp_path / "shampoo-float64.expected.txt", asked).runs

    assert made.exit_code == 0
    assert [x.shape for x in asked.cases["float64.zero"].experiment.theta0] == [(4, 3)]
    assert [x.shape for x in runs["float64.zero"].states[0][0].values()] == [(4, 4), (3, 3)]
