"""Aside: work that a build has done by a process forked from it, while it does something else."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from multiprocessing import connection
from typing import Generic, NoReturn, TypeVar

from analysis.builds.processes import end_with
from analysis.errors import UserError

T = TypeVar("T")


class AsideError(UserError):
    """The process that did the work ended before it was done."""


class Aside(Generic[T]):
    """A process that does `work`; `result` waits for it. It ends with the block of `with`, and when
    the build is killed."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._answer, answer = connection.Pipe(duplex=False)
        lifeline, self._lifeline = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(self._lifeline)
            _do(work, lifeline, answer)
        os.close(lifeline)
        answer.close()

    def __enter__(self) -> Aside[T]:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._lifeline)
        self._answer.close()

    def result(self) -> T:
        """What the work gives; raises what it raised."""
        try:
            answer, error = self._answer.recv()
        except EOFError:
            cause = "the process that writes the front pages and the data ended early"
            raise AsideError(f"{cause}. Is there enough memory? Build again.") from None
        if error:
            raise error
        value: T = answer
        return value


def _do(work: Callable[[], T], lifeline: int, answer: connection.Connection) -> NoReturn:
    """In the new process: do the work, send what came of it, and end, whatever happens."""
    try:
        os.setsid()  # out of reach of Ctrl-C: the build ends it
        end_with(lifeline)
        try:
            reply: tuple[T | None, Exception | None] = work(), None
        except MemoryError:
            raise  # told as where the system ends the process
        except Exception as error:
            reply = None, _sendable(error)
        answer.send(reply)
    finally:
        os._exit(0)


def _sendable(error: Exception) -> Exception:
    """The error, or where it cannot be sent one with its text; a mistake of ours with its place."""
    with contextlib.suppress(Exception):
        pickle.loads(pickle.dumps(error))
        if not isinstance(error, UserError | OSError):
            error.add_note("".join(traceback.format_exception(error)))
        return error
    return RuntimeError("".join(traceback.format_exception(error)))
