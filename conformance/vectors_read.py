"""Test vectors read from a folder: what is asked of an implementation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from optimspec.conformance.cases import Case
from optimspec.conformance.vectors import named
from optimspec.conformance.vectors_cases import cases
from optimspec.conformance.vectors_json import lines
from optimspec.conformance.vectors_numbers import NotUsable, quoted
from optimspec.conformance.vectors_record import VECTORS_VERSION, Vectors
from optimspec.conformance.vectors_tensors import unpacked
from optimspec.conformance.visible import one_line
from optimspec.spec import Algorithm, SpecError, algorithm

MAX_BYTES: Final = 64 * 2**20
"""The largest file that is read: an order of magnitude above what is exported."""


@dataclass(frozen=True)
class Asked:
    """The vectors of one algorithm, of all formats in a folder.

    Attributes
    ----------
    cases
        The cases of all formats by the vectors' ids.
    inputs
        By the digest of each file, the ids of its vectors.
    """

    algorithm: Algorithm
    seed: int
    cases: Mapping[str, Case]
    inputs: Mapping[str, frozenset[str]]


def read(folder: Path) -> Asked:
    """The vectors of the JSON files in a folder.

    Raises
    ------
    NotUsable
        If there are none, or not of one algorithm and seed, or a file is not as it was exported.
    NeedsSafetensors
        If a file is to be read for which that package is not installed.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise NotUsable(
            f"A folder of vectors has JSON files: {one_line(str(folder))} has none. Export some "
            "with: optimspec vectors export SPEC -o DIR"
        )
    files = [_vectors(path) for path in paths]
    kinds = {(file.algorithm, file.seed) for file in files}
    if len(kinds) > 1 or len({file.format for file in files}) < len(files):
        said = ", ".join(f"{f.algorithm} of seed {f.seed} in {f.format}" for f in files)
        raise NotUsable(
            "Vectors in a folder must be of one algorithm and seed, a file for each format; found "
            f"{quoted(said)}. Keep others in a folder of their own."
        )
    of = _algorithm(files)
    tensors = {path.name: unpacked(data(path), path.name) for path in _named(folder, files)}
    found = [cases(file, of, tensors) for file in files]
    return Asked(
        of,
        files[0].seed,
        {named(case): case for each in found for case in each},
        {f.inputs: frozenset(map(named, own)) for f, own in zip(files, found, strict=True)},
    )


def data(path: Path) -> bytes:
    """The bytes of a file; raises NotUsable if it cannot be read, or is too large."""
    try:
        if path.is_file():  # a pipe or a device may never end
            with path.open("rb") as file:
                found = file.read(MAX_BYTES + 1)
        else:
            raise FileNotFoundError(2, "there is no such file")
    except OSError as error:
        raise NotUsable(
            f"A file must be readable; {one_line(str(path))} is not: {error.strerror}."
        ) from error
    if len(found) > MAX_BYTES:
        raise NotUsable(
            f"Files of vectors and answers have at most {MAX_BYTES} bytes; "
            f"{one_line(str(path))} has more."
        )
    return found


def _vectors(path: Path) -> Vectors:
    text, name = data(path), one_line(str(path))
    try:
        return Vectors.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise NotUsable(
            f"A folder of vectors has JSON files of version {VECTORS_VERSION}, as they were "
            f"exported: {name} is none ({quoted(place)}: {quoted(first['msg'])}). Keep other "
            "files elsewhere, or export the vectors again."
        ) from error


def _algorithm(files: Sequence[Vectors]) -> Algorithm:
    """The algorithm that vectors are of, unless its equations have changed since."""
    try:
        found = algorithm(files[0].algorithm)
    except SpecError as error:
        raise NotUsable(str(error)) from error
    for file in files:
        if file.equations != lines(found):
            raise NotUsable(
                f"Vectors must be of the equations that this version has: those of {found.name} "
                f"are of others, exported by {quoted(file.generator)}. Export them again."
            )
    return found


def _named(folder: Path, files: Iterable[Vectors]) -> list[Path]:
    """The safetensors files that tests name."""
    names = dict.fromkeys(test.tensors for file in files for test in file.tests if test.tensors)
    return [folder / Path(name).name for name in names]
