"""True values and bounds: asked of a process that reckons for alike targets, or computed here."""

from __future__ import annotations

import pickle
import socket
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import cast

from optimspec.conformance.allowance import Allowed, Loss
from optimspec.conformance.question import Question, digest
from optimspec.reference import Experiment
from optimspec.reference.truth import Truth, TruthUndecided
from optimspec.spec import Algorithm

_reckoner: Connection | None = None


def ask(address: str) -> None:
    """Ask the reckoner at an address from now on; where it does not answer, compute here."""
    global _reckoner  # noqa: PLW0603 - a process judges one target
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(address)
    except OSError:
        line.close()
    else:
        _reckoner = Connection(line.detach())


def truth(algorithm: Algorithm, experiment: Experiment) -> Truth:
    """The certified trajectory of ``algorithm`` on ``experiment``; raises TruthUndecided."""
    return cast("Truth", _reckoned(Question(algorithm, experiment)))


def bounds(
    algorithm: Algorithm,
    experiment: Experiment,
    state_formats: tuple[tuple[str, str], ...] = (),
    loss: Loss | None = None,
) -> Allowed:
    """The error bounds of a run, as :func:`allowance.computed_bounds` has them."""
    return cast("Allowed", _reckoned(Question(algorithm, experiment, True, state_formats, loss)))


@lru_cache(maxsize=2048)
def _reckoned(question: Question) -> Truth | Allowed:
    answer = _asked(question)
    if isinstance(answer, TruthUndecided):
        raise answer
    return question.answer() if answer is None else answer


def _asked(question: Question) -> Truth | Allowed | TruthUndecided | None:
    """The reckoner's answer, or None if it has none as soon as it would be found here."""
    global _reckoner  # noqa: PLW0603
    if _reckoner is None or (text := question.written()) is None:
        return None
    line, _reckoner = _reckoner, None  # whatever interrupts this, nobody hears the rest of it
    try:
        line.send_bytes(text)
        answer = line.recv_bytes()
    except (OSError, EOFError):
        return None
    name = digest(text)
    if not answer.startswith(name):
        return None
    _reckoner = line
    found = answer[len(name) :]  # of a process that runs nobody's code but its own
    return cast("Truth | Allowed | TruthUndecided", pickle.loads(found)) if found else None
