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
    from optimspec.conformance.record import Record

_FOLDER: Final = pytest.StashKey[Path]()
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
            from optimspec.conformance.pytest.examine import examiner
            from optimspec.conformance.pytest.judgements import Judgements

            judgements = Judgements(_folder(pyfuncitem.config))
            pyfuncitem.funcargs[name] = examiner(value, pyfuncitem, judgements)


@pytest.fixture
def optimspec(pytestconfig: pytest.Config) -> Examiner:
    """What judges a target within limits, and puts its record in the session's report."""
    from optimspec.conformance.pytest.examine import Examiner
    from optimspec.conformance.pytest.judgements import Judgements

    return Examiner(Judgements(_folder(pytestconfig)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, unless this is a worker of xdist."""
    if not _is_worker(session.config) and (records := _records(session.config)):
        from optimspec.conformance.pytest.report import write

        for path in _reports(session.config):
            write(records, path)


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
        terminalreporter.write_line(
            f"wrote {path}" if records else f"Nothing was judged: {path} was not written."
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the session's processes shared."""
    if _FOLDER in config.stash and not _is_worker(config):
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def _records(config: pytest.Config) -> list[Record]:
    if _FOLDER not in config.stash or not any(config.stash[_FOLDER].glob("*.json")):
        return []
    from optimspec.conformance.pytest.judgements import Judgements

    return Judgements(config.stash[_FOLDER]).records()


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
