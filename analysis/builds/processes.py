"""Processes for reports: each task of a report runs in a process of its own.

The fork server of the standard library imports everything once; the process of each task is forked
from it and leads a group of its own. The build kills that group when the task is over or late; when
the build dies, the operating system does. POSIX only.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from multiprocessing import connection, forkserver, get_context
from multiprocessing.process import current_process
from pathlib import Path
from typing import Any, NoReturn

from analysis.errors import UserError

# Seconds from the time-out inside a notebook, which names the line, to the end of its process.
_GRACE = 3.0

_changing_environment = threading.RLock()


class RunError(UserError):
    """A report that could not be made: why, and in which cell of the notebook (0 for none)."""

    def __init__(self, cause: str, cell: int = 0, state: str = "raised") -> None:
        super().__init__(cause)
        self.cause, self.cell, self.state = cause, cell, state


@dataclass(frozen=True)
class Limits:
    """What one report may use: seconds, for each cell and in all, and megabytes (0: no limit)."""

    seconds: float = 300.0
    megabytes: int = 0


@dataclass(frozen=True)
class Job:
    """The work of one report: its tasks (`module:function`) are called one after the other.

    Each is called as `function(arguments, folder, limits)` in a process of its own, to which the
    arguments are pickled; the folder is made afresh for the first. A UserError that it raises may
    have a `cause` and a `cell`.
    """

    name: str
    folder: str
    tasks: tuple[str, ...]
    arguments: Any


@dataclass(frozen=True)
class Ended:
    """How a job ended: `state` is done, raised, timeout or died; the cause is for people."""

    name: str
    state: str
    cause: str = ""
    cell: int = 0
    seconds: float = 0.0


class Processes:
    """Starts the processes of a build, which end with the block.

    The server imports the module `preload` at once, which must not raise. It and all tasks have the
    `environment`; its socket lies in the folder `scratch`.
    """

    def __init__(self, scratch: Path, preload: str, environment: Mapping[str, str]) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch, self._environment = str(scratch), environment
        self._server: Any = forkserver.ForkServer()
        self._server.set_forkserver_preload([preload])
        with self._surroundings():
            self._server.ensure_running()

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            if self._server._forkserver_pid:
                os.kill(self._server._forkserver_pid, signal.SIGKILL)  # it has nothing to tidy
            self._server._stop()

    def run(self, jobs: Sequence[Job], workers: int, limits: Limits | None) -> Iterator[Ended]:
        """Yields how each job ended, in the order of ending; closing it kills what still runs."""
        waiting, running = deque(jobs), dict[_Process, Generator[_Process, None, Ended]]()
        try:
            while waiting or running:
                while waiting and len(running) < max(1, workers):
                    work = self._work(waiting.popleft(), limits or Limits())
                    running[next(work)] = work
                for process in _first(running):
                    work = running.pop(process)
                    try:
                        running[next(work)] = work
                    except StopIteration as over:
                        yield over.value
        finally:
            for work in running.values():
                work.close()

    def _work(self, job: Job, limits: Limits) -> Generator[_Process, None, Ended]:
        """Yields each process of a job, and is resumed when that has ended or is late. Returns how
        the job ended.

        Where a process died (memory, a crash in a library), the job is tried once more from the
        start.
        """
        ended, crashed = yield from self._attempt(job, limits)
        if crashed:
            ended, _ = yield from self._attempt(job, limits)
        return ended

    def _attempt(self, job: Job, limits: Limits) -> Generator[_Process, None, tuple[Ended, bool]]:
        """How one attempt at a job ended, and whether a signal has ended its process."""
        began, ended, crashed = 0.0, Ended(job.name, "done"), False
        shutil.rmtree(job.folder, ignore_errors=True)
        for name in ("cwd", "tmp"):
            Path(job.folder, name).mkdir(parents=True)
        for function in job.tasks:
            task = _Task(job, function, limits)
            process = self._fork(task)
            began = began or process.began  # the server may just have become ready
            process.deadline = began + limits.seconds + _GRACE
            try:
                yield process
            finally:
                process.end()
            ended, crashed = task.ended(process.code), (process.code or 0) < 0
            if ended.state != "done":
                break
        return replace(ended, seconds=time.monotonic() - began), crashed

    def _fork(self, task: _Task) -> _Process:
        """A new process for a task, from a new server where the old one has died."""
        for _ in range(2):
            with contextlib.suppress(OSError, EOFError), self._surroundings():
                return _Process(self._server, task)
            self.__exit__()  # kill the server, whatever it is doing
        raise RunError("The process that forks others died twice. Is there enough memory?")

    @contextlib.contextmanager
    def _surroundings(self) -> Iterator[None]:
        """Within the block, this process has the environment that a server is to inherit."""
        settings: dict[str, Any] = current_process()._config  # type: ignore[attr-defined]
        with _changing_environment:
            before, folder = dict(os.environ), settings.get("tempdir")
            try:
                os.environ.clear()
                os.environ.update(self._environment)
                if len(self._scratch) < 85:  # a socket's path may have about a hundred characters
                    settings["tempdir"] = self._scratch  # a killed build leaves its file there
                yield
            finally:
                os.environ.clear()
                os.environ.update(before)
                settings["tempdir"] = folder


class _Process:
    """A process that does a task, seen by the build, with all that it starts in its group."""

    def __init__(self, server: Any, task: _Task) -> None:
        status, lifeline = server.connect_to_new_process([])
        self.status = connection.Connection(status, writable=False)  # ready when it has ended
        self._lifeline = os.fdopen(lifeline, "wb")  # open as long as the build lives
        pickle.dump({}, self._lifeline)  # not the main module and the paths of the build
        pickle.dump(task, self._lifeline)
        self._lifeline.flush()
        self._pid = forkserver.read_signed(status)
        self.began = self.deadline = time.monotonic()

    def end(self) -> None:
        """Kill its group. `code` is then its exit code, minus the signal that killed it, or None
        where it was late."""
        late = not self.status.poll()
        for kill in (os.killpg, os.kill):  # it may not lead a group yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self._pid, signal.SIGKILL)
        code: int = -signal.SIGKILL
        with contextlib.suppress(EOFError):  # the server has died
            code = forkserver.read_signed(self.status.fileno())
        self.code = None if late else code
        self._lifeline.close()
        self.status.close()


def running_cell(folder: Path) -> int:
    """Which cell of the notebook a job has come to: the file `cell` in its folder; 0 for none."""
    with contextlib.suppress(OSError, ValueError):
        return int((folder / "cell").read_text("ascii"))
    return 0


def _first(running: Iterable[_Process]) -> list[_Process]:
    """The processes that have ended or whose time is up; waits for the first of them."""
    soonest = min(process.deadline for process in running) - time.monotonic()
    ready = connection.wait([process.status for process in running], max(0, soonest))
    now = time.monotonic()
    return [process for process in running if process.status in ready or process.deadline <= now]


@dataclass(frozen=True)
class _Task:
    """What a process does, and how that ended, which it leaves in a file."""

    job: Job
    function: str
    limits: Limits

    def ended(self, code: int | None) -> Ended:
        """How the task ended: what its process wrote, or else what its exit code says."""
        state, cause = "timeout", f"ran longer than {self.limits.seconds:g} s"
        if code == 0:
            with contextlib.suppress(OSError, ValueError):
                return Ended(**json.loads(Path(self.job.folder, self.function).read_text("utf-8")))
        if code is not None:
            names = {number.value: number.name for number in signal.Signals}
            how = f"exit code {code}" if code >= 0 else f"signal {names.get(-code, -code)}"
            state, cause = "died", f"its process ended with {how}"
        return Ended(self.job.name, state, cause, running_cell(Path(self.job.folder)))

    def _bootstrap(self, lifeline: int) -> NoReturn:
        """Do the task, write how it ended, and exit. The server calls this in the new process."""
        os.setsid()  # a group of its own, out of reach of Ctrl-C
        _end_with(lifeline)
        Path(self.job.folder, self.function).write_text(json.dumps(asdict(self._done())), "utf-8")
        os._exit(0)

    def _done(self) -> Ended:
        """Do the task; how it ended, with the cause in words that a file can hold."""
        state, cause, cell = "raised", "", 0
        try:
            module, _, name = self.function.partition(":")
            folder = self._settle()
            getattr(importlib.import_module(module), name)(self.job.arguments, folder, self.limits)
            state = "done"
        except UserError as error:
            about = vars(error)  # those about a notebook name its cell
            state, cell = about.get("state", state), about.get("cell", 0)
            cause = about.get("cause", str(error))
        except MemoryError:
            cause = "used more memory than allowed"
        except BaseException as error:
            cause = " ".join(f"{type(error).__name__}: {error}".split())
        # No file can hold half a letter (a lone surrogate).
        cause = cause[:2000].encode("utf-8", "backslashreplace").decode()
        return Ended(self.job.name, state, cause, cell)

    def _settle(self) -> Path:
        """The folder of the job; from here on the process is as every task finds it."""
        folder, most = Path(self.job.folder), self.limits.megabytes * 1_000_000
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
        os.chdir(folder / "cwd")
        sys.argv = ["report"]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if most:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        return folder


@contextlib.contextmanager
def beside(workers: int, work: str) -> Iterator[ProcessPoolExecutor]:
    """Processes forked from this one, for work beside a build. They end with the block, whatever
    they do, and when the build dies. Raises `RunError` where one of them died before; it names the
    `work` (“writes the data”)."""
    lifeline, own = os.pipe()
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (lifeline, own))
    try:
        yield pool
    except (BrokenProcessPool, MemoryError):
        cause = f"a process that {work} ended early"
        raise RunError(f"{cause}. Is there enough memory? Build again.") from None
    finally:
        os.close(own)
        pool.shutdown()
        os.close(lifeline)


def _begin(lifeline: int, own: int) -> None:
    """In a process beside the build, before its work: out of reach of Ctrl-C, it ends when the
    build closes `own`, or dies."""

    def end() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    os.close(own)
    os.setsid()
    threading.Thread(target=end, daemon=True).start()


def _end_with(lifeline: int) -> None:
    """Have the operating system kill this group when the build dies, which closes `lifeline`.

    A thread could not: the task may hold Python's lock.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpid())
    if sys.platform == "linux":  # elsewhere SIGIO, which ends a process, too
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)
    if connection.wait([lifeline], 0):  # it has happened already
        os._exit(1)
