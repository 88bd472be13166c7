"""A process that reckons what alike targets have in common, and runs none of them."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Final

from optimspec.conformance.confined import cut_off
from optimspec.conformance.jobs import Job
from optimspec.conformance.processes import CONTEXT, end
from optimspec.conformance.question import Question, digest, read
from optimspec.reference import TruthUndecided

_LONGEST: Final = 2**26
"""Bytes of a question."""

_ROOM: Final = 2**29
"""Bytes of questions and answers that are kept; beside them are as many that are not pickled."""


def reckon(listening: socket.socket, folder: str) -> None:
    """Answer whoever asks, until the process that began this one ends; it leaves no folder."""
    cut_off()
    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    answers = Answers()
    while True:
        line, _ = listening.accept()
        heard = Connection(line.detach())
        Thread(target=_answer, args=(heard, answers), daemon=True).start()


def _answer(line: Connection, answers: Answers) -> None:
    """Answer what one target's process asks; it may ask for anything, and is left if it does."""
    with line, suppress(Exception):
        while True:
            text = line.recv_bytes(_LONGEST)
            line.send_bytes(digest(text) + answers.to(text))


class Answers:
    """Answers, pickled, to questions that have been asked; one at a time is being found."""

    def __init__(self) -> None:
        self._room = _ROOM
        self._is_at_work = False
        self._known: dict[Question, Future[bytes]] = {}
        self._lock = Lock()

    def to(self, text: bytes) -> bytes:
        """The answer, as soon as it is there; none if that takes longer than to find it oneself.

        What differs from target to target is reckoned by each, side by side.
        """
        question = read(text)
        with self._lock:
            answer = self._known.get(question)
            if answer is None and (self._is_at_work or self._room < 0):
                return b""
            if is_new := answer is None:
                self._is_at_work = True
                answer = self._known[question] = Future()
        if is_new:
            found = b""
            try:
                found = _found(question)
            finally:
                self._is_at_work = False
                self._room -= len(text) + len(found)
                answer.set_result(found)
        return answer.result()


def _found(question: Question) -> bytes:
    try:
        return pickle.dumps(question.answer())
    except TruthUndecided as undecided:
        return pickle.dumps(undecided)
    except Exception:  # who asks finds it too, and says so
        return b""


def _end_with_parent(folder: str) -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


class Reckoners:
    """The reckoners of a run: one for each group of targets that are alike, while it is judged."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._left = Counter(map(_group, jobs))
        self._alike = {group for group, size in self._left.items() if size > 1}
        self._folders: dict[str, str] = {}
        self._processes: dict[str, BaseProcess] = {}

    def address(self, job: Job) -> str:
        """Where a job's process may ask; "" where it is to compute by itself."""
        group = _group(job)
        if group not in self._alike or not hasattr(socket, "AF_UNIX"):
            return ""
        if group not in self._folders:
            self._folders[group] = ""
            with suppress(OSError, EOFError):  # then nobody answers
                self._begin(group)
        return _address(self._folders[group])

    def done(self, job: Job) -> None:
        """A job has its outcome: the last of a group ends its reckoner."""
        group = _group(job)
        self._left[group] -= 1
        if not self._left[group]:
            self._end(group)

    def close(self) -> None:
        """End them all."""
        for group in self._folders:
            self._end(group)

    def _begin(self, group: str) -> None:
        folder = self._folders[group] = tempfile.mkdtemp(prefix="optimspec-")
        # this end is closed, so that nobody waits where nobody answers
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(_address(folder))
            listening.listen()
            process = CONTEXT.Process(target=reckon, args=(listening, folder), daemon=True)
            process.start()
        self._processes[group] = process

    def _end(self, group: str) -> None:
        if group in self._processes:
            end(self._processes.pop(group))
        if folder := self._folders.get(group):
            shutil.rmtree(folder, ignore_errors=True)


def _group(job: Job) -> str:
    return job.spec or job.reference


def _address(folder: str) -> str:
    return f"{folder}/reckoner" if folder else ""
