"""Processes for reports: each task of a report runs in a process of its own.

To start Python and import pandas and matplotlib takes longer than most reports do. The fork server
of the standard library does it once. For each report it forks a *keeper*, which forks a process for
each task, ends that when its time is up or the build is gone, with whatever it has left running,
and tells the build how the report ended. Where processes cannot fork, a report gets a new Python.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from analysis.errors import UserError

CAN_FORK = hasattr(os, "fork")

# 1980-01-01, the earliest day every archive and image format can hold. Any fixed day would do.
_EPOCH = "315532800"

# Seconds from the time-out inside a notebook (a traceback that names the cell) to the end of its
# processes.
GRACE = 3.0

_KEEPER = "analysis.builds.keeper"

# Variables of the server: it does not import from the folder in which the build was started.
SERVER = {"ANALYSIS_SERVER": "1", "PYTHONSAFEPATH": "1"}

# The server listens at a file, whose path may have about a hundred characters.
_LONGEST_SCRATCH = 85


class RunError(UserError):
    """A report that could not be made: why, and in which cell of the notebook (0 for none)."""

    def __init__(self, cause: str, cell: int = 0, state: str = "raised") -> None:
        super().__init__(cause)
        self.cause = cause
        self.cell = cell
        self.state = state


@dataclass(frozen=True)
class Limits:
    """What one report may use: seconds, for each cell and in all, and megabytes (0: no limit)."""

    seconds: float = 300.0
    megabytes: int = 0


@dataclass(frozen=True)
class Job:
    """The work of one report: its tasks (`module:function`) are called one after the other.

    Each is called as `function(arguments, folder, limits)` in a process of its own. The folder is
    made afresh for the first of them.
    """

    name: str
    folder: str
    tasks: tuple[str, ...]
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """How a job ended: `state` is done, raised, timeout or died; the cause is one line."""

    name: str
    state: str
    cause: str = ""
    cell: int = 0
    seconds: float = 0.0


# ----------------------------------------------------------------------------------- for the build


class Processes:
    """Starts the processes of a build, which end with the block.

    The server imports the module `preload` at once; that must not raise. `more` are variables for
    the environment of the server and of all tasks.

    >>> with Processes(root, scratch, preload="analysis.builds.ready") as processes:
    ...     for ended in processes.run(jobs, workers=2):
    ...         print(ended.name, ended.state)
    """

    def __init__(
        self,
        root: Path,
        scratch: Path,
        preload: str = "",
        warm: bool | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._environment = environment(root, scratch) | dict(more or {})
        self._server = None
        if CAN_FORK and warm is not False:
            self._server = _Server(self._environment, str(scratch))
            self._server.set_forkserver_preload([_KEEPER, *filter(None, [preload])])
            self._server.ensure_running()

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._server.end()

    def run(
        self, jobs: Sequence[Job], workers: int, limits: Limits | None = None
    ) -> Iterator[Ended]:
        """How each job ended, in the order of ending; to leave early ends what still runs.

        It may be called again.
        """
        waiting, running, ends = deque(jobs), dict[Connection, _Keeper](), list[Ended]()
        try:
            while waiting or running or ends:
                while waiting and len(running) < max(1, workers):
                    job = waiting.popleft()
                    keeper = self._start(job, limits or Limits())
                    if keeper:
                        running[keeper.answer] = keeper
                    else:
                        ends.append(Ended(job.name, "died", "the process that forks others died"))
                yield from ends
                ready = connection.wait(list(running)) if running else []
                done = [keeper for keeper in running.values() if keeper.answer in ready]
                ends = [running.pop(keeper.answer).end() for keeper in done]
        finally:
            for keeper in running.values():
                keeper.stop()

    def _start(self, job: Job, limits: Limits) -> _Keeper | None:
        """A new keeper; None where the server died, and died again."""
        for _ in range(2):
            here, there = multiprocessing.Pipe()
            try:
                return _Keeper(job, here, self._fork(_Orders(job, limits), there))
            except (OSError, EOFError):
                self.__exit__()  # whatever the server is at; the next attempt starts another one
            finally:
                there.close()
        return None

    def _fork(self, orders: _Orders, answer: Connection) -> Connection | int:
        """Start a keeper; what becomes ready when it is gone."""
        if self._server:
            return self._server.fork(orders, answer.fileno())
        process = multiprocessing.get_context("spawn").Process(target=orders.keep, args=(answer,))
        with _environment(self._environment):
            process.start()
        return process.sentinel


@dataclass(frozen=True)
class _Orders:
    """What a keeper is told."""

    job: Job
    limits: Limits

    def keep(self, answer: Connection) -> None:
        """Be the keeper; `answer` leads to the build."""
        importlib.import_module(_KEEPER).keep(self.job, self.limits, answer)

    def _bootstrap(self, sentinel: int) -> int:
        """What the fork server calls in a new process."""
        os.close(sentinel)
        handles = forkserver.get_inherited_fds()
        assert handles
        self.keep(Connection(handles[0]))
        return 0


@dataclass(frozen=True)
class _Keeper:
    """A keeper, seen from the build."""

    job: Job
    answer: Connection
    gone: Connection | int

    def end(self) -> Ended:
        """How the job ended."""
        try:
            ended: Ended = self.answer.recv()
        except (EOFError, OSError):
            ended = Ended(self.job.name, "died", "the process that watches it died")
        self.stop()
        return ended

    def stop(self) -> None:
        """Let the keeper know that nobody listens any more, and wait until all has ended."""
        self.answer.close()
        connection.wait([self.gone], GRACE)


def environment(root: Path, scratch: Path) -> dict[str, str]:
    """The environment every report is made in, the same for every user, place and time zone."""
    fixed = {
        "SOURCE_DATE_EPOCH": _EPOCH,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        # The package, wherever it lies, before any other of its name.
        "PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(scratch / "ipython"),  # nobody's startup files
        # One thread each: reports run side by side, and a sum must not depend on the machine.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:  # nobody's matplotlibrc
        fixed["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    dropped = {"PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "LANGUAGE", "LANG"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | fixed


def how_it_ended(code: int) -> str:
    """An exit status in words, e.g. `signal SIGKILL` or `exit code 3`."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


# -------------------------------------------------------------------------------------- the server

_changing = threading.RLock()


@contextlib.contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Within the block, the environment that a new process inherits."""
    with _changing:
        before = dict(os.environ)
        try:
            os.environ.clear()
            os.environ.update(wanted)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


if sys.platform != "win32":
    from multiprocessing import forkserver, process

    class _Server(forkserver.ForkServer):
        """The fork server of the standard library: one for each build, in its environment."""

        def __init__(self, environment: Mapping[str, str], scratch: str) -> None:
            super().__init__()
            self._environment = {**environment, **SERVER}
            self._scratch = scratch

        def ensure_running(self) -> None:
            """Start it, unless it runs."""
            settings: dict[str, Any] = process.current_process()._config  # type: ignore[attr-defined]
            before = settings.get("tempdir")
            with _environment(self._environment):
                if len(self._scratch) < _LONGEST_SCRATCH:
                    settings["tempdir"] = self._scratch  # a killed build leaves its file there
                try:
                    super().ensure_running()
                finally:
                    settings["tempdir"] = before

        def fork(self, orders: _Orders, handle: int) -> Connection:
            """Fork a keeper that inherits an open file; what is ready when it is gone."""
            status, data = self.connect_to_new_process([handle])
            gone = Connection(status, writable=False)
            with os.fdopen(data, "wb") as pipe:
                pickle.dump({}, pipe)  # not the main module and the paths of the build
                pickle.dump(orders, pipe)
            forkserver.read_signed(status)
            return gone

        def end(self) -> None:
            """End it, whatever it is doing; there is nothing to tidy."""
            server: Any = self
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                if server._forkserver_pid:
                    os.kill(server._forkserver_pid, signal.SIGKILL)
                server._stop()
