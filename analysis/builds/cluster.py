"""Past one machine: the reports of a build, made by the workers of a Dask cluster.

`Cluster` has the interface of `Processes`. It sends notebooks, tables and this package to the
workers. A worker runs each task of a report in a process of its own and sends the finished files
back. When a worker dies, Dask gives its reports to another.

A worker must have this package installed, and the libraries in the same versions; a difference is
reported before anything runs. distributed comes with the extra `cluster` and is imported only where
a cluster is asked for.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import logging
import platform
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.builds import run, stale
from analysis.builds.plan import Project
from analysis.builds.processes import Ended, Job, Limits, Processes
from analysis.errors import UserError
from analysis.numbers import schema

# Libraries that can change a page or the messages between builder and worker, and modules that both
# run. They are not sent, so they must agree.
_LIBRARIES = (
    *("babel", "distributed", "ipykernel", "ipython", "jinja2", "jupyter_client", "markupsafe"),
    *("matplotlib", "mistune", "nbclient", "nbconvert", "nbformat", "numpy", "pandas"),
    *("papermill", "pydantic", "python-docx", "seaborn", "traitlets"),
)
_BOTH_ENDS = ("cluster.py", "plan.py", "processes.py", "run.py")

# The kinds of files that a worker reads.
_SENT = {".py", ".ipynb", ".csv", ".json", ".toml", ".j2", ".css"}

# The folder of data of one's own, beside the shipped ones, where a project is packed.
_OWN = "tables"

# Seconds: to reach the scheduler and a first worker; to wait for a worker where there is none.
_REACH, _PATIENCE = 10.0, 60.0


class ClusterError(UserError):
    """The cluster cannot be used."""


# ----------------------------------------------------------------------------------- for the build


class Cluster:
    """The workers behind a scheduler, with the interface of `Processes`."""

    def __init__(self, scheduler: str, project: Project) -> None:
        self._scheduler, self._project = scheduler, project
        try:
            self._distributed: Any = importlib.import_module("distributed")
        except ImportError:
            what = "pip install 'distributed>=2026.1,<2027' (the extra cluster)"
            raise ClusterError(f"--scheduler needs Dask: {what}") from None
        # What matters is raised, or is the cause of a failed report; its own messages repeat that.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        with self._reported("Start one: dask scheduler"):
            self._client = self._distributed.Client(scheduler, timeout=_REACH, set_as_default=False)
        start = f"Start workers where this package is installed: dask worker {scheduler}"
        with contextlib.ExitStack() as stack:
            stack.callback(self._client.close)
            with self._reported(start):
                self._client.wait_for_workers(1, timeout=_REACH)
                answers = self._client.run(differences, made_with())
            for worker, differing in answers.items():
                if differing:
                    what = f"worker {worker} is not like this machine: {differing}"
                    raise ClusterError(f"{what}. Install the same lock and code there.")
            stack.pop_all()

    @contextlib.contextmanager
    def _reported(self, advice: str) -> Iterator[None]:
        """Say in one line why the cluster cannot be used, and what to do."""
        try:
            yield
        except (OSError, ValueError, TypeError, ImportError, AttributeError) as error:
            cause = _first_line(error)
            raise ClusterError(f"--scheduler {self._scheduler}: {cause}. {advice}") from None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; the cluster forgets what was asked of it, and its workers stay."""
        self._client.close()

    def run(
        self,
        jobs: Sequence[Job],
        workers: int,  # noqa: ARG002  (as many run at a time as the cluster has threads)
        limits: Limits | None = None,
    ) -> Iterator[Ended]:
        """How each job ended, in the order of ending."""
        build = uuid.uuid4().hex  # two builds on one cluster share nothing
        limits, submit = limits or Limits(), self._client.submit
        # A task, not scattered data: what a dead worker held is then made again.
        parcel = submit(Parcel, packed(self._project), made_with(), key=f"parcel-{build}")
        running = {
            submit(make, parcel, job, limits, key=f"{job.name}-{build}"): job for job in jobs
        }
        done = self._distributed.as_completed(list(running), loop=self._client.loop)
        looked = seen = time.monotonic()
        while running:
            if done.has_ready():
                looked = seen = time.monotonic()
                for future in done.next_batch(block=False):
                    yield self._ended(future, running.pop(future), limits.seconds)
            elif time.monotonic() - looked > 2:
                looked = time.monotonic()
                seen = looked if self._has_workers() else seen
                if looked - seen > _PATIENCE:
                    cause = f"no worker is left at {self._scheduler}"
                    yield from (Ended(job.name, "died", cause) for job in running.values())
                    return
            time.sleep(0.01)

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


def packed(project: Project) -> dict[str, bytes]:
    """The content of every file that pages are made from, by its path on a worker.

    The package takes its schema of the tables from the shipped data, so they go along.
    """
    folders = {"analysis": Path(__file__).parents[1], "notebooks": project.notebooks}
    folders |= {"data": schema.SHIPPED}
    folders |= {_OWN: project.data} if project.data != schema.SHIPPED else {}
    files = {}
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            within = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in within.parts)
            if path.suffix in _SENT and path.is_file() and not hidden:
                files[f"{name}/{within.as_posix()}"] = path.read_bytes()
    return files


def unpacked(root: Path) -> Project:
    """The project that lies in a folder as it was packed."""
    own = root / _OWN
    return Project.at(root, own if own.is_dir() else None)


def made_with() -> dict[str, str]:
    """What must agree on both machines: Python, libraries, the digests of modules that both run."""
    versions = dict.fromkeys(_LIBRARIES, "missing")
    for library in importlib.metadata.distributions():
        name = library.metadata["Name"].lower()
        versions |= {name: library.version} if name in versions else {}
    versions["Python"] = ".".join(platform.python_version_tuple()[:2])
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


class Parcel:
    """The files that a build sends to a worker, which unpacks them once and starts a server.

    When Dask drops the parcel, folder and server are removed.
    """

    _unpacking = threading.Lock()

    def __init__(self, files: Mapping[str, bytes], wanted: Mapping[str, str]) -> None:
        self._files, self._wanted = files, wanted
        self._home: tuple[Project, Processes] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What another worker is sent: the files alone."""
        return {**vars(self), "_home": None}

    def home(self) -> tuple[Project, Processes]:
        """The project as it lies on this worker, and the processes that make its reports."""
        with self._unpacking:
            if not self._home:
                differing = differences(self._wanted)
                if differing:  # a worker that joined after the build had begun
                    raise ClusterError(f"a worker is not like the machine that builds: {differing}")
                worker = importlib.import_module("distributed").get_worker()
                folder = tempfile.TemporaryDirectory(
                    prefix="briefings-", dir=worker.local_directory, ignore_cleanup_errors=True
                )
                root = Path(folder.name) / "project"
                for name, content in self._files.items():
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_bytes(content)
                project, server = unpacked(root), Path(folder.name) / "server"
                environment = run.environment(root, server, project.data)
                processes = Processes(server, run.MODULE, environment)
                weakref.finalize(self, _leave, processes, folder)
                self._home = project, processes
            return self._home


def _leave(processes: Processes, folder: tempfile.TemporaryDirectory[str]) -> None:
    """End the server and remove the folder."""
    processes.__exit__()
    folder.cleanup()


def make(parcel: Parcel, job: Job, limits: Limits) -> tuple[Ended, dict[str, bytes]]:
    """How a job ended, and the files that it left: made by processes of this worker."""
    project, processes = parcel.home()
    here = replace(job.arguments, project=project)
    with tempfile.TemporaryDirectory(dir=project.root.parent, ignore_cleanup_errors=True) as folder:
        (ended,) = processes.run([replace(job, folder=folder, arguments=here)], 1, limits)
        return ended, {p.name: p.read_bytes() for p in Path(folder).iterdir() if p.is_file()}
