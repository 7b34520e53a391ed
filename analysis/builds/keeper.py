"""The keeper of a report: forks a process for each of its tasks, and ends it with all it started.

It does nothing else, so whatever a task does (crash, hang, hold every lock, close every file), it
can tell how that ended, and it notices when the build is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from analysis.builds.processes import (
    CAN_FORK,
    GRACE,
    SERVER,
    Ended,
    Job,
    Limits,
    RunError,
    how_it_ended,
)
from analysis.errors import UserError

# Seconds between two looks at a task that has said nothing.
_LOOK = 0.05


def keep(job: Job, limits: Limits, answer: Connection) -> NoReturn:
    """Do the tasks of a job, tell how it ended, and end this process."""
    _be_quiet()
    if CAN_FORK:
        os.setsid()  # out of reach of Ctrl-C, and of whoever kills the group of the build
        _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what a task abandons becomes a child of this one
    else:
        threading.Timer(limits.seconds + GRACE, os._exit, (1,)).start()
    keeper = _Keeper(job, limits, answer)
    ended = keeper.ended()
    # A process that died may have been unlucky (memory, a crash in a library): once more, afresh.
    # Code that raised, ended itself or ran out of time would do so again.
    if keeper.signalled:
        ended = keeper.ended()
    with contextlib.suppress(OSError):  # the build may be gone by now
        answer.send(ended)
    os._exit(0)


class _Keeper:
    """The work of a keeper: a job, and the connection to the build."""

    def __init__(self, job: Job, limits: Limits, answer: Connection) -> None:
        self._job, self._limits, self._answer = job, limits, answer
        self._folder = Path(job.folder)
        self.signalled = False

    def ended(self) -> Ended:
        """How the job ended, all of its tasks done one after the other."""
        began, self.signalled = time.monotonic(), False
        self._deadline = began + self._limits.seconds + GRACE
        ended = Ended(self._job.name, "done")
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            for name in ("cwd", "tmp"):
                (self._folder / name).mkdir(parents=True)
        except OSError as error:
            ended = self._how("raised", f"{type(error).__name__}: {error}")
        for task in self._job.tasks:
            if ended.state == "done":
                ended = self._do(task) if CAN_FORK else self._perform(task)
        return replace(ended, seconds=time.monotonic() - began)

    def _do(self, task: str) -> Ended:
        """Call a task in a process of its own, and end that."""
        told, tell = multiprocessing.Pipe(duplex=False)
        keeper, pid = os.getpid(), os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            self._answer.close()
            _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            if os.getppid() == keeper:
                tell.send(self._perform(task))
            os._exit(0)
        tell.close()
        with contextlib.suppress(OSError):  # whichever of the two comes first
            os.setpgid(pid, pid)
        ended = self._watch(pid, told)
        _end(pid)
        return ended or os._exit(0)

    def _watch(self, pid: int, told: Connection) -> Ended | None:
        """How a task ended; None where the build is gone."""
        sources, dead, status = [told, self._answer], 0, 0
        while True:
            if not dead:
                dead, status = os.waitpid(pid, os.WNOHANG)
            late = time.monotonic() > self._deadline
            look = _LOOK if told in sources else _LOOK / 10
            ready = connection.wait(sources, 0 if dead or late else look)
            if self._answer in ready:
                return None
            if told in ready:
                try:
                    return told.recv()  # type: ignore[no-any-return]
                except (EOFError, OSError):  # it is about to die, or has closed every file
                    sources.remove(told)
            elif dead:
                code = os.waitstatus_to_exitcode(status)
                self.signalled = code < 0
                return self._how("died", f"its process ended with {how_it_ended(code)}")
            elif late:
                return self._how("timeout", f"ran longer than {self._limits.seconds:g} s")

    def _how(self, state: str, cause: str) -> Ended:
        """How the job ended, and in which cell, by the note that its task keeps."""
        cell = 0
        with contextlib.suppress(OSError, ValueError):
            cell = int((self._folder / "cell").read_text("ascii"))
        return Ended(self._job.name, state, " ".join(cause.split())[:2000], cell)

    def _perform(self, task: str) -> Ended:
        """Call a task in the folder of its job; how that ended."""
        try:
            _settle(self._folder, self._limits)
            module, _, function = task.partition(":")
            call = getattr(importlib.import_module(module), function)
            call(self._job.arguments, self._folder, self._limits)
        except RunError as error:
            return replace(self._how(error.state, error.cause), cell=error.cell)
        except UserError as error:
            return replace(self._how("raised", str(error)), cell=0)
        except MemoryError:
            return self._how("raised", "used more memory than allowed")
        except BaseException as error:  # ours, not the notebook's: keep the traceback
            with contextlib.suppress(OSError):
                (self._folder / "traceback.txt").write_text(traceback.format_exc(), "utf-8")
            return replace(self._how("raised", f"{type(error).__name__}: {error}"), cell=0)
        return Ended(self._job.name, "done")


def _settle(folder: Path, limits: Limits) -> None:
    """Start from the state every task starts from."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
    os.chdir(folder / "cwd")
    sys.argv = ["report"]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if limits.megabytes and sys.platform != "win32":
        import resource

        most = limits.megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _be_quiet() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _end(pid: int) -> None:
    """End a group of processes, and on Linux what it has abandoned; nothing is left afterwards."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(ChildProcessError, PermissionError):
        while True:
            if children.exists():
                for child in map(int, children.read_text("ascii").split()):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if os.environ.keys() >= SERVER.keys():  # this is the server, which imports its keepers at once
    for name in SERVER:
        del os.environ[name]
    _be_quiet()
    atexit.register(os._exit, 0)  # to take the libraries down would take a second
