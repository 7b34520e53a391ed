"""Past one machine: the jobs of a build, made by the workers of a Dask cluster.

``Cluster`` stands in a build where ``kernels.Kernels`` stands on one machine. What pages are made from (notebooks,
tables, template and this package) is sent along. Each worker starts a foreman of its own, which forks a process for
each report, as at home; the finished files come back. Dask gives the reports of a worker that dies to another one.

A worker needs the libraries in the same versions, and this package to be called by: what differs is told before
anything runs. distributed comes with the extra ``cluster`` and is imported only where a cluster is asked for.
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
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis import inputs, kernels
from analysis.kernels import Ended, Job, Kernels, Limits

# What can change a page, or what the two ends say to each other, without being sent along.
_LIBRARIES = (
    *("babel", "distributed", "ipykernel", "ipython", "jinja2", "matplotlib", "mistune"),
    *("nbconvert", "nbformat", "numpy", "pandas", "papermill", "seaborn"),
)
_BOTH_ENDS = ("cluster.py", "kernels.py")

# The kinds of files a build reads.
_SENT = {".py", ".ipynb", ".csv", ".json", ".toml", ".j2", ".css"}

# What is left in the folder of a report.
_BROUGHT = ("page.html", "page.json", "page.csv", "passages.json", "run.ipynb")

# Seconds: to reach the scheduler; to wait for a worker where there is none; a foreman without work lives.
_REACH, _PATIENCE, _IDLE = 10.0, 60.0, 30.0


class ClusterError(Exception):
    """The cluster cannot be used; str() is for people."""


# ------------------------------------------------------------------------------------- for the builder


class Cluster:
    """The workers behind a scheduler, with the interface of ``Kernels``.

    ``folders`` are sent to the workers, each under its new name; paths into them, or into ``root``, are rewritten
    in what the foremen and the reports are told.
    """

    def __init__(
        self,
        scheduler: str,
        root: Path,
        folders: Mapping[str, Path],
        task: str,
        preload: Sequence[str] = (),
        prepare: Sequence[tuple[str, Mapping[str, Any]]] = (),
    ) -> None:
        try:
            self._distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise ClusterError("--scheduler needs Dask: pip install 'distributed>=2026.1,<2027' (the extra cluster)") from None
        self._scheduler = scheduler
        self._folders = folders
        places = {str(root): ".", **{str(folder): name for name, folder in folders.items()}}
        self._orders = {"task": task, "preload": list(preload), "prepare": list(prepare), "places": places}
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is told as an error or a cause
        try:
            self._client = self._distributed.Client(scheduler, timeout=_REACH, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(f"--scheduler {scheduler}: {_first_line(error)}. Start one: dask scheduler") from None
        try:
            self._client.wait_for_workers(1, timeout=_REACH)
            found = self._client.run(differences, made_with())
        except (OSError, ValueError, TypeError, ImportError, AttributeError) as error:
            self._client.close()
            raise ClusterError(
                f"--scheduler {scheduler}: no worker that can make reports ({_first_line(error)})."
                f" Start some where this package is installed: dask worker {scheduler}"
            ) from None
        for worker, differing in found.items():
            if differing:
                self._client.close()
                raise ClusterError(
                    f"worker {worker} is not like this machine: {differing}. Install the same lock and code there."
                )

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; the scheduler forgets what was asked of it, and its workers stay."""
        self._client.close()

    def run(self, jobs: Sequence[Job], workers: int, limits: Limits | None = None) -> Iterator[Ended]:  # noqa: ARG002
        """How each job ended, in the order of ending. As many run at a time as the cluster has threads."""
        build = uuid.uuid4().hex  # two builds on one cluster share nothing
        orders = {**self._orders, "build": build, "made_with": made_with(), "idle": _IDLE}
        # A task, not scattered data: what a dead worker held is then made again.
        parcel = self._client.submit(dict, packed(self._folders), key=f"parcel-{build}")
        told = asdict(limits or Limits())
        running = {self._client.submit(make, parcel, orders, asdict(job), told, key=f"{job.name}-{build}"): job for job in jobs}
        done = self._distributed.as_completed(list(running), loop=self._client.loop)
        looked = seen = time.monotonic()
        while running:
            if done.has_ready():
                for future in done.next_batch(block=False):
                    yield self._ended(future, running.pop(future), told["seconds"])
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
        except Exception as error:  # its worker refused, its workers died one after the other, or the scheduler is gone
            return Ended(job.name, "died", f"the cluster could not make it: {_first_line(error)}")
        Path(job.folder).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (Path(job.folder) / name).write_bytes(content)
        return Ended(**ended)


def packed(folders: Mapping[str, Path]) -> dict[str, bytes]:
    """The files of some folders as they are now, by the name they get on a worker."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SENT and path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def made_with() -> dict[str, str]:
    """What pages are made with on this machine, and is not sent along: the versions of Python and of libraries."""
    import importlib.metadata  # slow to import, and most builds have no cluster

    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    for name in _BOTH_ENDS:
        found[f"analysis/{name}"] = inputs.digest_of(Path(__file__).with_name(name))
    return found


def _first_line(error: BaseException) -> str:
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return (text or type(error).__name__).rstrip(".")


# ---------------------------------------------------------------------------------------- on a worker


def differences(wanted: Mapping[str, str]) -> str:
    """How the machine this runs on differs from the one that builds; "" if in nothing that matters."""
    here = made_with()
    return ", ".join(
        f"{name} is {here.get(name, 'missing')}, not {version}" for name, version in wanted.items() if here.get(name) != version
    )


def make(
    parcel: Mapping[str, bytes],
    orders: Mapping[str, Any],
    job: Mapping[str, Any],
    limits: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """(how the job ended, the files it left), by a foreman of this worker."""
    foreman = _Foreman.take(parcel, orders)
    try:
        told = _moved(job, foreman.moves) | {"folder": tempfile.mkdtemp(dir=foreman.folder)}
        (ended,) = foreman.kernels.run([Job(**told)], 1, Limits(**limits))
        folder = Path(told["folder"])
        files = {name: (folder / name).read_bytes() for name in _BROUGHT if (folder / name).is_file()}
        shutil.rmtree(folder, ignore_errors=True)
    except BaseException:
        foreman.end()
        raise
    foreman.give_back()
    return asdict(ended), files


class _Foreman:
    """A foreman of this worker, with what came along unpacked in a folder of its own; kept for the next report."""

    idle: list[_Foreman] = []  # noqa: RUF012  (of the whole process)
    lock = threading.Lock()

    @classmethod
    def take(cls, parcel: Mapping[str, bytes], orders: Mapping[str, Any]) -> _Foreman:
        """One that has nothing to do and was started for this build, or a new one."""
        with cls.lock:
            for foreman in cls.idle:
                if foreman.build == orders["build"]:
                    cls.idle.remove(foreman)
                    foreman.retiring.cancel()
                    return foreman
        return cls(parcel, orders)

    def __init__(self, parcel: Mapping[str, bytes], orders: Mapping[str, Any]) -> None:
        worker = importlib.import_module("distributed").get_worker()
        differing = differences(orders["made_with"])
        if differing:  # a worker that joined after the build had begun
            raise ClusterError(f"worker {worker.address} is not like the machine that builds: {differing}")
        self.folder = tempfile.mkdtemp(prefix="briefings-", dir=worker.local_directory)
        self.build, self.idle_for = orders["build"], orders["idle"]
        project = Path(self.folder) / "project"
        for name, content in parcel.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(content)
        self.moves = {place: str(project / name) for place, name in orders["places"].items()}
        self.kernels = Kernels(
            project,
            Path(self.folder) / "foreman",
            orders["task"],
            orders["preload"],
            _moved(orders["prepare"], self.moves),
        )

    def give_back(self) -> None:
        """Keep it for a while, unless it can serve only once."""
        if not kernels.CAN_FORK or not self.kernels.alive():
            self.end()
            return
        self.retiring = threading.Timer(self.idle_for, self.retire)
        self.retiring.daemon = True
        with self.lock:
            self.idle.append(self)
            self.retiring.start()

    def retire(self) -> None:
        """End it, if nobody has taken it."""
        with self.lock:
            if self not in self.idle:
                return
            self.idle.remove(self)
        self.end()

    def end(self) -> None:
        """End its processes and remove its folder."""
        self.kernels.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)


def _moved(value: Any, moves: Mapping[str, str]) -> Any:
    """What the builder said, with paths into its folders rewritten to where they are here."""
    if isinstance(value, str):
        for place in sorted(moves, key=len, reverse=True):
            if value == place or value.startswith((f"{place}/", f"{place}\\")):
                return moves[place] + value[len(place) :]
        return value
    if isinstance(value, Mapping):
        return {_moved(name, moves): _moved(each, moves) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(each, moves) for each in value]
    return value
