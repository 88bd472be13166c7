"""Writing the files of reports, for commands and for tests."""

from __future__ import annotations

from pathlib import Path


class NotWritable(Exception):  # noqa: N818 - the name says the mistake
    """A file cannot be written; the message says which, and why."""


def require_writable(path: Path) -> None:
    """Find out before the work, not after it, that a report has no place to go.

    Folders that are missing are made.

    Raises
    ------
    NotWritable
        If there is no such place.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_there = path.exists()
        path.open("a", encoding="utf-8").close()
        if not is_there:
            path.unlink()  # an empty file is no report
    except OSError as error:
        raise _not_writable(path, error) from error


def write_text(path: Path, text: str | bytes) -> None:
    """Write one file, in whole or not at all, and the folders that are missing.

    Raises
    ------
    NotWritable
        If that cannot be done.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_file = path.is_file() or not path.exists()  # and no pipe
        whole = path.with_name(f"{path.name}.part") if is_file else path
        whole.write_bytes(text.encode() if isinstance(text, str) else text)
        if is_file:
            whole.replace(path)  # what is killed while it writes leaves what was there
    except OSError as error:
        raise _not_writable(path, error) from error


def _not_writable(path: Path, error: OSError) -> NotWritable:
    return NotWritable(f"A file must be writable; {path}: {error.strerror}.")
