"""What pytest loads in every session: SymPy, NumPy and torch come with the first judgement."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from optimspec.conformance.pytest.checks import Check

if TYPE_CHECKING:
    from optimspec.conformance.pytest.examine import Examiner
    from optimspec.conformance.pytest.judgements import Judgements
    from optimspec.conformance.record import Record

_FOLDER: Final = pytest.StashKey[Path]()
_UNWRITTEN: Final = pytest.StashKey[dict[Path, str]]()
"""Why reports could not be written."""

_SHARED: Final = "optimspec_folder"
"""What xdist's workers are told the folder of the session under."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for reports."""
    parser.getgroup("optimspec").addoption(
        "--optimspec-report",
        metavar="PATH",
        action="append",
        default=[],
        help="Write what was judged in this session: a page (.html) or data (.json); repeat.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find out before the tests, not after them, that a report has no place to go."""
    config.stash[_UNWRITTEN] = {}
    if _is_worker(config):
        return
    for path in _reports(config):
        from optimspec.conformance.pytest.report import require_writable

        require_writable(path)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - of xdist, which may not be there
    """Tell a worker of xdist where the session's records are."""
    node.workerinput[_SHARED] = str(_folder(node.config))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Make the checks among a test's arguments callable."""
    for name, value in pyfuncitem.funcargs.items():
        if isinstance(value, Check):
            judgements = _judgements(pyfuncitem.config)
            from optimspec.conformance.pytest.examine import examiner

            pyfuncitem.funcargs[name] = examiner(value, pyfuncitem, judgements)


@pytest.fixture
def optimspec(pytestconfig: pytest.Config) -> Examiner:
    """What judges a target within limits, and puts its record in the session's report."""
    judgements = _judgements(pytestconfig)
    from optimspec.conformance.pytest.examine import Examiner

    return Examiner(judgements)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, unless this is a worker of xdist."""
    if not _is_worker(session.config) and (records := _records(session.config)):
        from optimspec.conformance.files import NotWritable
        from optimspec.conformance.pytest.report import write

        for path in _reports(session.config):
            try:
                write(records, path)
            except NotWritable as problem:
                session.config.stash[_UNWRITTEN][path] = str(problem)
                session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was judged, with all that was skipped, and where the reports are."""
    if records := _records(config):
        from optimspec.conformance.pytest.report import lines

        terminalreporter.section("optimspec")
        for line in lines(records):
            terminalreporter.write_line(line)
    for path in _reports(config):
        wrote = f"wrote {path}" if records else f"Nothing was judged: {path} was not written."
        terminalreporter.write_line(config.stash[_UNWRITTEN].get(path, wrote))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the session's processes shared."""
    if _FOLDER in config.stash and not _is_worker(config):
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def _records(config: pytest.Config) -> list[Record]:
    if _FOLDER not in config.stash or not any(config.stash[_FOLDER].glob("*.json")):
        return []
    return _judgements(config).records()


def _judgements(config: pytest.Config) -> Judgements:
    """What the session has of records; fails the test if it cannot be kept."""
    try:
        from optimspec.conformance.pytest.judgements import Judgements
    except ModuleNotFoundError as missing:
        if missing.name != "filelock":
            raise
        pytest.fail(
            "Judging in tests needs filelock, which is not installed: run "
            '`pip install "optimspec[pytest]"`.',
            pytrace=False,
        )
    return Judgements(_folder(config))


def _reports(config: pytest.Config) -> list[Path]:
    return [config.invocation_params.dir / path for path in config.getoption("optimspec_report")]


def _folder(config: pytest.Config) -> Path:
    """The folder that all processes of the session share, made where it is first asked for."""
    if _FOLDER not in config.stash:
        given = getattr(config, "workerinput", {}).get(_SHARED)
        config.stash[_FOLDER] = Path(given or tempfile.mkdtemp(prefix="optimspec-"))
    return config.stash[_FOLDER]


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
