"""Records survive a file; a file that holds none is refused in one sentence with a remedy."""

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from optimspec.conformance.record import Record
from optimspec.reports import load
from optimspec.reports.load import UnreadableReport, dumps, read


@pytest.mark.parametrize("count", [1, 2, 5])
def test_round_trip(records: Sequence[Record], tmp_path: Path, count: int) -> None:
    """What was written is read: an object for one record, a list for several."""
    path = tmp_path / "r.json"
    path.write_text(dumps(records[:count]), encoding="utf-8")

    assert read(path) == records[:count]
    assert isinstance(json.loads(path.read_text(encoding="utf-8")), dict if count == 1 else list)
    assert dumps(records) == dumps(records)


def test_numbers_that_json_lacks(conforming: Record, tmp_path: Path) -> None:
    """Infinity and NaN are written as strings, which any JSON reader takes, and read back."""
    wild = {"float32": math.inf, "float16": math.nan, "bfloat16": -math.inf}
    path = tmp_path / "r.json"
    path.write_text(dumps([conforming.model_copy(update={"error_constants": wild})]))

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(path.read_text(), parse_constant=refuse)
    found = read(path)[0].error_constants
    assert found["float32"] == math.inf
    assert math.isnan(found["float16"])


def test_byte_order_mark(conforming: Record, tmp_path: Path) -> None:
    """A byte order mark, as some shells write it, is ignored."""
    path = tmp_path / "r.json"
    path.write_text(dumps([conforming]), encoding="utf-8-sig")
    assert read(path) == [conforming]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is a JSON file"),
        ("hello", "is a JSON file"),
        ("\x00\x1b[31m", "is a JSON file"),
        ("[" * 100_000, "is a JSON file"),
        ("[" * 100_000 + "]" * 100_000, "is a JSON file"),
        ("9" * 5000, "is a JSON file"),
        ("[NaN, Infinity]", "as optimspec writes them"),
        ('{"target": 1, "target": 2', "is a JSON file"),
        ("[]", "at least one record"),
        ("3", "as optimspec writes them"),
        ("{}", "as optimspec writes them"),
        ("[null]", "record 1 of"),
        ('{"schema_version": "99"}', "has version '99'"),
        ('{"schema_version": {"\\u001b": 1}}', "has version"),
    ],
)
def test_unreadable(tmp_path: Path, content: str, says: str) -> None:
    """A file without records is refused: the rule, what was found, and the remedy."""
    path = tmp_path / "r.json"
    path.write_text(content)

    with pytest.raises(UnreadableReport) as caught:
        read(path)
    message = str(caught.value)

    assert says in message
    assert str(path) in message
    assert message.endswith(("with --json.", "that wrote it."))
    assert message.isprintable()


@pytest.mark.parametrize("cut", [1, 100, -3])
def test_truncated(records: Sequence[Record], tmp_path: Path, cut: int) -> None:
    """A file that was cut short is refused."""
    path = tmp_path / "r.json"
    path.write_text(dumps(records)[:cut])
    with pytest.raises(UnreadableReport, match="cut short"):
        read(path)


def test_not_utf8(tmp_path: Path) -> None:
    """Bytes that are no text are refused."""
    path = tmp_path / "r.json"
    path.write_bytes(b'"\xff\xfe"')
    with pytest.raises(UnreadableReport, match="is a JSON file"):
        read(path)


def test_wrong_schema_names_the_place(conforming: Record, tmp_path: Path) -> None:
    """The first field that is wrong is named."""
    item = json.loads(dumps([conforming]))
    item["checks"][2]["status"] = "perhaps"
    path = tmp_path / "r.json"
    path.write_text(json.dumps([item]))

    with pytest.raises(UnreadableReport, match=r"record 1 of .* \(checks\.2\.status: "):
        read(path)


def test_uneven_series(conforming: Record, tmp_path: Path) -> None:
    """A series must have an error and a bound for each step."""
    item = json.loads(dumps([conforming]))
    item["series"][0]["error"].pop()
    path = tmp_path / "r.json"
    path.write_text(json.dumps(item))

    with pytest.raises(UnreadableReport, match="200 steps, 199 errors and 200 bounds"):
        read(path)


@pytest.mark.parametrize(
    "steps", [[0, 1], [2, 1], [-1, 2], [1, 2**63]], ids=["zeroth", "back", "negative", "huge"]
)
def test_steps_that_are_none(conforming: Record, tmp_path: Path, steps: list[int]) -> None:
    """Steps are counted upwards from 1."""
    item = json.loads(dumps([conforming]))
    item["series"][0] |= {"steps": steps, "error": [0, 0], "bound": [0, 0]}
    path = tmp_path / "r.json"
    path.write_text(json.dumps(item))

    with pytest.raises(UnreadableReport, match=r"counts its steps from 1: .* has \["):
        read(path)


def test_mistakes_without_end(conforming: Record) -> None:
    """Of a million mistakes in a list the first alone is kept: all would need gigabytes."""
    item = json.loads(dumps([conforming])) | {"checks": [0] * 10**6}
    with pytest.raises(ValidationError) as caught:
        Record.model_validate(item)

    assert caught.value.error_count() == 1


def test_what_is_told_of_a_file_is_bounded(conforming: Record, tmp_path: Path) -> None:
    """Names and versions from a file do not fill the terminal."""
    item = json.loads(dumps([conforming]))
    path = tmp_path / "r.json"
    for wrong in ({"x" * 10**6: 1}, {"schema_version": "x" * 10**6}):
        path.write_text(json.dumps(item | wrong))
        with pytest.raises(UnreadableReport, match="characters") as caught:
            read(path)
        assert len(str(caught.value)) < 600 + len(str(path))


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/full", "pipe"])
def test_what_may_never_end(tmp_path: Path, name: str) -> None:
    """Devices and pipes are not opened: nobody may write to them, or nobody end."""
    path = tmp_path / name
    if name == "pipe":
        os.mkfifo(path)
    if not path.exists():
        pytest.skip("This system has no such file.")

    with pytest.raises(UnreadableReport, match=r"cannot be \(it is not a regular file\)"):
        read(path)


@pytest.mark.parametrize("name", ["absent.json", ".", "a\x00b"])
def test_no_file(tmp_path: Path, name: str) -> None:
    """What is no file is refused with the system's reason."""
    with pytest.raises(UnreadableReport, match=r"cannot be \(.+\)\. Check the path\."):
        read(tmp_path / name)


def test_too_large(conforming: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is refused before it is parsed."""
    path = tmp_path / "r.json"
    path.write_text(dumps([conforming]))
    monkeypatch.setattr(load, "MAX_BYTES", 100)
    with pytest.raises(UnreadableReport, match="at most 100 bytes"):
        read(path)
