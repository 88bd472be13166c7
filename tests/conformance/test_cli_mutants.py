"""The command that scores the suite."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.conformance.score_record import Score, schema


def run(*arguments):
    result = CliRunner().invoke(app, ["mutants", *map(str, arguments)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_score_is_shown_and_written(tmp_path):
    page, record = tmp_path / "score.html", tmp_path / "score.json"
    result = run(
        "--spec", "adam", "--dtype", "float64", "--only", "maximize", "--jobs", 1,
        "--html", page, "--json", record,
    )  # fmt: skip
    written = json.loads(record.read_text(encoding="utf-8"))

    assert result.exit_code == 0, result.output
    assert "1 (100.0%)" in result.output
    jsonschema.validate(written, json.loads(schema()))
    found = Score.model_validate(written)
    assert [mutant.id for mutant in found.mutants] == ["maximize"]
    assert found.shortfalls == []
    assert "maximize" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--dtype", "float128"), "--dtype takes one of"),
        (("--pairs", "many"), "--pairs takes a number or 'all'; found 'many'."),
        (("--mutations", "few"), "--mutations takes a number or 'all'; found 'few'."),
        (("--spec", "adamm"), "There is no specification called 'adamm'."),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(arguments, sentence):
    result = run(*arguments)

    assert result.exit_code == 2
    assert sentence in result.output
