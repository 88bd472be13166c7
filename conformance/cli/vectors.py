"""The commands for implementations in other languages: test vectors, and what answers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, get_args

import typer

from optimspec.conformance import console as show
from optimspec.conformance.cli.files import (
    ACCEPTED,
    NOT_ACCEPTED,
    HtmlPath,
    JsonPath,
    JunitPath,
    MarkdownPath,
    require_writable,
    say_written,
    unusable,
    write,
    write_text,
)
from optimspec.conformance.environment import SEED
from optimspec.conformance.judge import judge
from optimspec.conformance.record import Verdict
from optimspec.conformance.terminal import Terminal
from optimspec.conformance.vectors import cases_of, known_answers
from optimspec.conformance.vectors_answers import read as read_answers
from optimspec.conformance.vectors_flat import answers as flat_answers
from optimspec.conformance.vectors_flat import vectors as flat_vectors
from optimspec.conformance.vectors_json import dumps, is_large, record
from optimspec.conformance.vectors_numbers import NotUsable
from optimspec.conformance.vectors_read import read as read_vectors
from optimspec.conformance.vectors_record import FormatName
from optimspec.conformance.vectors_target import AnsweredVectors
from optimspec.conformance.vectors_tensors import NeedsSafetensors, packed, require_safetensors
from optimspec.spec import Algorithm, SpecError, algorithm

vectors = typer.Typer(
    help="Judge implementations in any language, by their answers to test vectors.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

FORMATS: Final[tuple[FormatName, ...]] = get_args(FormatName)


@vectors.command(
    epilog="Example:\n\noptimspec vectors export adam -o vectors --format float32 --flat"
)
def export(
    spec: Annotated[str, typer.Argument(help="The specification that is implemented.")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")],
    format: Annotated[  # noqa: A002
        list[str] | None,
        typer.Option(help=f"Parameter format, of {', '.join(FORMATS)}; repeat. Default: all."),
    ] = None,
    flat: Annotated[
        bool, typer.Option("--flat", help="Write plain streams of numbers too, for scanf.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Every input follows from it.")] = SEED,
) -> None:
    """Write the curated cases with what the equations give on them."""
    unknown = [name for name in format or [] if name not in FORMATS]
    if unknown:
        unusable(f"--format takes one of {', '.join(FORMATS)}; found {unknown[0]!r}.")
    wanted = [name for name in FORMATS if not format or name in format]
    try:
        of = algorithm(spec)
        if any(is_large(case) for name in wanted for case in cases_of(of, name, seed)):
            require_safetensors()
    except (SpecError, NeedsSafetensors) as problem:
        unusable(str(problem))
    out = Terminal()
    for name in wanted:
        with out.status(f"computing the vectors in {name}"):
            paths = _exported(of, name, seed, folder, flat=flat)
        say_written(out, *paths)


def _exported(
    of: Algorithm,
    format: FormatName,  # noqa: A002
    seed: int,
    folder: Path,
    *,
    flat: bool,
) -> Sequence[Path]:
    """Write the files of one format."""
    tests, stem = known_answers(of, format, seed), f"{of.name}-{format}"
    tensors = f"{stem}.safetensors"
    files: dict[str, str | bytes] = {
        f"{stem}.json": dumps(record(of, format, seed, tests, tensors))
    }
    if large := [test for test in tests if is_large(test.case)]:
        files[tensors] = packed(large)
    if flat:
        files[f"{stem}.txt"] = flat_vectors(of, format, tests)
        files[f"{stem}.expected.txt"] = flat_answers(of, tests, [t.expected for t in tests])
        files[f"{stem}.bounds.txt"] = flat_answers(of, tests, [t.bounds for t in tests])
    for name, content in files.items():
        write_text(folder / name, content)
    return [folder / name for name in files]


@vectors.command(
    epilog="Example:\n\noptimspec vectors check vectors answers.json --html report.html\n\n"
    "Exit status: 0 conforms or accepted, 1 judged and not accepted, "
    "2 wrong usage, or files that are no vectors or no answers to them."
)
def check(
    folder: Annotated[Path, typer.Argument(help="The folder of exported vectors.")],
    answers: Annotated[Path, typer.Argument(help="A file of answers, or a folder of them.")],
    accept: Annotated[
        list[Verdict] | None, typer.Option(help="A verdict that counts as success; repeat.")
    ] = None,
    html_path: HtmlPath = None,
    json_path: JsonPath = None,
    junit_path: JunitPath = None,
    markdown_path: MarkdownPath = None,
) -> None:
    """Judge the answers of an implementation, and name what it computes."""
    try:
        asked = read_vectors(folder)
        target = AnsweredVectors(str(answers), asked, read_answers(answers, asked))
    except (NotUsable, NeedsSafetensors) as problem:
        unusable(str(problem))
    paths = (html_path, json_path, junit_path, markdown_path)
    require_writable(*paths)
    out = Terminal()
    with out.status("judging") as status:
        made = judge(
            target,
            asked.algorithm,
            seed=asked.seed,
            about=f"Answers to test vectors of {asked.algorithm.title}.",
            proofs=any(paths),
            progress=_shown(status.update),
        )
    show.show_record(out, made)
    write(
        [made],
        html_path=html_path,
        json_path=json_path,
        junit_path=junit_path,
        markdown_path=markdown_path,
    )
    say_written(out, html_path, junit_path, markdown_path, records=json_path)
    accepted = {Verdict.CONFORMS, *(accept or [])}
    raise typer.Exit(ACCEPTED if made.verdict in accepted else NOT_ACCEPTED)


def _shown(update: Callable[[str], None]) -> Callable[[str], None]:
    return lambda stage: update(f"judging: {stage}")
