"""Past one machine: the reports of a build, made by the workers of a Dask cluster.

`Cluster` stands in a build where `Processes` stands on one machine. What pages are made from
(notebooks, tables and this package) is sent along. Each worker forks a process for each task of a
report, as at home; the finished files come back. Dask gives the reports of a worker that dies to
another one.

A worker needs the libraries in the same versions, and this package to be called by; what differs is
reported before anything runs. distributed comes with the extra `cluster` and is imported only where
a cluster is asked for.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import platform
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.builds import ready, run, stale
from analysis.builds.plan import Project
from analysis.builds.processes import Ended, Job, Limits, Processes
from analysis.errors import UserError
from analysis.numbers import tables

# What can change a page, or what the two ends say to each other, without being sent along.
_LIBRARIES = (
    *("babel", "distributed", "ipykernel", "ipython", "jinja2", "matplotlib", "mistune"),
    *("nbconvert", "nbformat", "numpy", "pandas", "papermill", "seaborn"),
)
_BOTH_ENDS = ("cluster.py", "processes.py")

# The kinds of files that a build reads.
_SENT = {".py", ".ipynb", ".csv", ".json", ".toml", ".j2", ".css"}

# Seconds: to reach the scheduler; to wait for a worker where there is none; without work, until a
# worker tidies up.
_REACH, _PATIENCE, _IDLE = 10.0, 60.0, 30.0


class ClusterError(UserError):
    """The cluster cannot be used."""


@dataclass(frozen=True)
class Order:
    """What workers are told of a build.

    `places` are the names that its folders get on a worker, and `data` is that of its tables;
    `idle` are the seconds after which a worker that has nothing to do for it tidies up.
    """

    build: str
    places: Mapping[str, str]
    data: str
    made_with: Mapping[str, str]
    idle: float


# ----------------------------------------------------------------------------------- for the build


class Cluster:
    """The workers behind a scheduler, with the interface of `Processes`."""

    def __init__(self, scheduler: str, project: Project) -> None:
        self._scheduler = scheduler
        # The package takes its schema of the tables from the shipped data, so they go along.
        self._data = "data" if project.data == tables.SHIPPED else "tables"
        self._folders = {
            "analysis": Path(__file__).parents[1],
            "notebooks": project.notebooks,
            "data": tables.SHIPPED,
            self._data: project.data,
        }
        self._places = {str(folder): name for name, folder in self._folders.items()}
        self._places |= {str(project.root): "", str(project.outputs): "outputs"}
        try:
            self._distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise ClusterError(
                "--scheduler needs Dask: pip install 'distributed>=2026.1,<2027'"
                " (the extra cluster)"
            ) from None
        # What matters of it is reported as an error or a cause.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._client = self._connected()

    def _connected(self) -> Any:
        """A client of the scheduler, whose workers are like this machine."""
        where = f"--scheduler {self._scheduler}"
        try:
            client = self._distributed.Client(self._scheduler, timeout=_REACH, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            cause = _first_line(error)
            raise ClusterError(f"{where}: {cause}. Start one: dask scheduler") from None
        try:
            client.wait_for_workers(1, timeout=_REACH)
            answers = client.run(differences, made_with())
        except (OSError, ValueError, TypeError, ImportError, AttributeError) as error:
            client.close()
            raise ClusterError(
                f"{where}: no worker that can make reports ({_first_line(error)}). Start some where"
                f" this package is installed: dask worker {self._scheduler}"
            ) from None
        for worker, differing in answers.items():
            if differing:
                client.close()
                raise ClusterError(
                    f"worker {worker} is not like this machine: {differing}."
                    " Install the same lock and code there."
                )
        return client

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; the scheduler forgets what was asked of it, and its workers stay."""
        self._client.close()

    def run(
        self,
        jobs: Sequence[Job],
        workers: int,  # noqa: ARG002  (as many run at a time as the cluster has threads)
        limits: Limits | None = None,
    ) -> Iterator[Ended]:
        """How each job ended, in the order of ending."""
        build = uuid.uuid4().hex  # two builds on one cluster share nothing
        order = Order(build, self._places, self._data, made_with(), _IDLE)
        limits = limits or Limits()
        submit = self._client.submit
        # A task, not scattered data: what a dead worker held is then made again.
        parcel = submit(dict, packed(self._folders), key=f"parcel-{build}")
        running = {
            submit(make, parcel, order, job, limits, key=f"{job.name}-{build}"): job for job in jobs
        }
        done = self._distributed.as_completed(list(running), loop=self._client.loop)
        looked = seen = time.monotonic()
        while running:
            if done.has_ready():
                for future in done.next_batch(block=False):
                    yield self._ended(future, running.pop(future), limits.seconds)
                seen = time.monotonic()
                continue
            time.sleep(0.01)
            if time.monotonic() - looked > 2:
                looked = time.monotonic()
                seen = looked if self._has_workers() else seen
                if looked - seen > _PATIENCE:
                    cause = f"no worker is left at {self._scheduler}"
                    yield from (Ended(job.name, "died", cause) for job in running.values())
                    return

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.scheduler_info()["workers"])
        except Exception:  # whatever it is, there is nobody to make reports
            return False

    def _ended(self, future: Any, job: Job, seconds: float) -> Ended:
        """Put what came back where the job would have left it."""
        try:
            ended, files = future.result(timeout=seconds + _PATIENCE)
        except Exception as error:  # its worker refused, all its workers died, no scheduler …
            cause = f"the cluster could not make it: {_first_line(error)}"
            return Ended(job.name, "died", cause)
        Path(job.folder).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (Path(job.folder) / name).write_bytes(content)
        assert isinstance(ended, Ended)
        return ended


def packed(folders: Mapping[str, Path]) -> dict[str, bytes]:
    """The files of some folders as they are now, by the name that they get on a worker."""
    files = {}
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            within = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in within.parts)
            if path.suffix in _SENT and path.is_file() and not hidden:
                files[f"{name}/{within.as_posix()}"] = path.read_bytes()
    return files


def made_with() -> dict[str, str]:
    """What pages are made with on this machine and is not sent along: Python, libraries."""
    import importlib.metadata  # slow to import, and most builds have no cluster

    versions = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    for name in _BOTH_ENDS:
        versions[name] = stale.digest_of(Path(__file__).with_name(name))
    return versions


def _first_line(error: BaseException) -> str:
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return (text or type(error).__name__).rstrip(".")


# -------------------------------------------------------------------------------------- on a worker


def differences(wanted: Mapping[str, str]) -> str:
    """How this machine differs from the one that builds; "" if in nothing that matters."""
    here = made_with()
    return ", ".join(
        f"{name} is {here.get(name, 'missing')}, not {version}"
        for name, version in wanted.items()
        if here.get(name) != version
    )


def make(
    parcel: Mapping[str, bytes], order: Order, job: Job, limits: Limits
) -> tuple[Ended, dict[str, bytes]]:
    """How a job ended, and the files that it left: made by processes of this worker."""
    home = _Home.enter(parcel, order)
    try:
        folder = Path(tempfile.mkdtemp(dir=home.folder))
        arguments = moved(job.arguments, home.moves)
        here = replace(job, folder=str(folder), arguments=arguments)
        (ended,) = home.processes.run([here], 1, limits)
        left = [folder / name for name in run.FILES if (folder / name).is_file()]
        files = {path.name: path.read_bytes() for path in left}
        shutil.rmtree(folder, ignore_errors=True)
        return ended, files
    finally:
        home.leave()


class _Home:
    """Where a worker makes the reports of a build: what came along, unpacked, and its processes.

    Threads of the worker share it. It is tidied up when there was nothing to do for a while, so
    also when the build has died.
    """

    homes: dict[str, _Home] = {}  # noqa: RUF012  (of the whole process, by build)
    lock = threading.Lock()

    @classmethod
    def enter(cls, parcel: Mapping[str, bytes], order: Order) -> _Home:
        """The home of a build, made where it is not there."""
        with cls.lock:
            home = cls.homes.get(order.build) or cls(parcel, order)
            cls.homes[order.build] = home
            home.guests += 1
            home.tidying.cancel()
            return home

    def __init__(self, parcel: Mapping[str, bytes], order: Order) -> None:
        worker = importlib.import_module("distributed").get_worker()
        differing = differences(order.made_with)
        if differing:  # a worker that joined after the build had begun
            raise ClusterError(
                f"worker {worker.address} is not like the machine that builds: {differing}"
            )
        self.order, self.guests = order, 0
        self.folder = tempfile.mkdtemp(prefix="briefings-", dir=worker.local_directory)
        root = Path(self.folder) / "project"
        for name, content in parcel.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        self.moves = {place: str(root / name) for place, name in order.places.items()}
        scratch, project = Path(self.folder) / "scratch", Project.at(root, root / order.data)
        environment = ready.environment(root, scratch, project.data)
        self.processes = Processes(scratch, ready.MODULE, environment)
        self.tidying = threading.Timer(order.idle, self.tidy)

    def leave(self) -> None:
        """Tidy up in a while, unless somebody comes."""
        with self.lock:
            self.guests -= 1
            if not self.guests:
                self.tidying = threading.Timer(self.order.idle, self.tidy)
                self.tidying.daemon = True
                self.tidying.start()

    def tidy(self) -> None:
        """End the processes and remove the folder, if nobody has come."""
        with self.lock:
            if self.guests:
                return
            self.homes.pop(self.order.build, None)
        self.processes.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)


def moved(value: Any, moves: Mapping[str, str]) -> Any:
    """What the build said, with paths into its folders rewritten to where they are here."""
    if isinstance(value, str):
        for place in sorted(moves, key=len, reverse=True):
            if value == place or value.startswith((f"{place}/", f"{place}\\")):
                return moves[place] + value[len(place) :]
        return value
    if isinstance(value, Mapping):
        return {moved(name, moves): moved(each, moves) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [moved(each, moves) for each in value]
    return value
