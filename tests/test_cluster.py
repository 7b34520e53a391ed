"""Past one machine: the reports made by the workers of a Dask cluster."""

from __future__ import annotations

import importlib.metadata
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client
from small_project import FILES, ROOT, add, briefing, make, small_project
from test_layers import MODULES, others, tree

from analysis.builds import cluster, plan, run, stale
from analysis.builds.cluster import Cluster, ClusterError
from analysis.builds.plan import Project
from analysis.builds.processes import Ended

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="what runs is read from /proc"
)


Start = Callable[..., "subprocess.Popen[bytes]"]
Scheduler = tuple[str, "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `dask ARGUMENTS` where nothing can be imported from; ends it after the test."""
    running = []

    def run_dask(*arguments: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        with (tmp_path / "dask.log").open("ab") as log:
            running.append(subprocess.Popen(line, cwd=tmp_path, stdout=log, stderr=log))
        return running[-1]

    yield run_dask
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(start: Start, tmp_path: Path) -> Scheduler:
    """A real scheduler that has no workers yet: its address and its process."""
    file = tmp_path / "scheduler.json"
    place = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    process = start("scheduler", *place)
    wait_until(lambda: file.exists() and file.read_text("utf-8").endswith("}"))
    return json.loads(file.read_text("utf-8"))["address"], process


def worker(start: Start, address: str, folder: Path) -> subprocess.Popen[bytes]:
    """A worker that makes one report at a time."""
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    return start("worker", address, *options)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something to be so; a test that waits in vain fails."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def servers(pid: int) -> list[int]:
    """The fork servers that a process has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text("ascii").split()]
    return [child for child in children if b"forkserver" in command(child)]


def command(pid: int) -> bytes:
    """How a process was started; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def on(address: str, project: Project, work: Path, ended: Callable[[], None]) -> dict[str, Ended]:
    """How each report of a project ended on a cluster; `ended` is called at each end."""
    planned = plan.plan(project)
    shared = stale.share(project)
    ends = {}
    with Cluster(address, project) as workers:
        jobs = [run.job(report, project, shared, work) for report in planned]
        for end in workers.run(jobs, 1):
            ends[end.name] = end
            ended()
    return ends


@pytest.mark.slow
def test_a_cluster_makes_the_same_pages_though_a_worker_is_killed(
    tmp_path: Path, start: Start, scheduler: Scheduler
) -> None:
    """Two workers, one killed at work: all arrives byte for byte as made at home, nothing stays."""
    project = small_project(tmp_path, "import time\ntime.sleep(1)")
    add(project, "fails", briefing("1 / 0"))
    make(project, tmp_path / "home")
    dying, living = (worker(start, scheduler[0], tmp_path / name) for name in ("dying", "living"))
    with Client(scheduler[0], set_as_default=False) as client:
        client.wait_for_workers(2, timeout=30)  # both have work from the beginning
    forked: list[int] = []

    def kill() -> None:
        if dying.poll() is None:
            forked.extend(servers(dying.pid))
            dying.kill()

    ends = on(scheduler[0], project, tmp_path / "away", kill)
    assert {name: end.cause for name, end in ends.items() if end.state != "done"} == {
        "fails": "ZeroDivisionError: division by zero"
    }
    for name in ends:
        for file in FILES if name != "fails" else ("run.ipynb",):
            away, home = (tmp_path / each / "reports" / name / file for each in ("away", "home"))
            assert away.read_bytes() == home.read_bytes(), (name, file)
    assert forked
    wait_until(lambda: not any(map(command, forked)))  # a worker that is killed leaves none
    wait_until(lambda: not servers(living.pid))
    wait_until(lambda: not list((tmp_path / "living").glob("*/*/briefings-*")))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_cluster_that_is_lost_ends_the_reports(
    tmp_path: Path, start: Start, scheduler: Scheduler, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the last worker, or the scheduler, dead for a while, what is not made has failed."""
    monkeypatch.setattr(cluster, "_PATIENCE", 2.0)
    only = worker(start, scheduler[0], tmp_path / "worker")
    lost = only if part == "worker" else scheduler[1]
    project = small_project(tmp_path, "import time\ntime.sleep(1)")
    ends = on(scheduler[0], project, tmp_path, lost.kill)
    done = [name for name, end in ends.items() if end.state == "done"]
    assert done
    assert all((tmp_path / "reports" / done[0] / name).is_file() for name in FILES)
    said = "no worker is left at" if part == "worker" else "the cluster could not make it: "
    failed = [end.cause for end in ends.values() if end.state != "done"]
    assert failed
    assert all(cause.startswith(said) for cause in failed)


def refused(scheduler: str, project: Project) -> str:
    """What is said, in one line, of a cluster that cannot be used."""
    with pytest.raises(ClusterError) as error:
        Cluster(scheduler, project)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.slow
def test_a_cluster_that_cannot_be_used_is_reported_with_what_to_do(
    tmp_path: Path, start: Start, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody there, no worker, one with another library or code, Dask not installed."""
    monkeypatch.setattr(cluster, "_REACH", 0.5)
    project = small_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    assert refused(free, project).endswith("Start one: dask scheduler")
    assert "Only 0/1 workers arrived" in refused(scheduler[0], project)
    worker(start, scheduler[0], tmp_path / "worker")
    monkeypatch.setattr(cluster, "_REACH", 30.0)
    other = {"Python": "3.11", "pandas": "2.0.0", "cluster.py": "old"}
    monkeypatch.setattr(cluster, "made_with", lambda: other)
    said = refused(scheduler[0], project)
    assert re.search(r"^worker tcp://\S+ is not like this machine: .*pandas is 3\S+, not 2.0", said)
    assert re.search(r" cluster.py is \w+, not old\. Install the same lock and code there", said)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'distributed" in refused(free, project)


def test_every_library_behind_a_page_is_compared() -> None:
    """All that the package imports but those of the desk, which shows nothing on a page."""
    desk, known = {"ipywidgets", "itables"}, importlib.metadata.packages_distributions()
    imported = set[str]().union(*(others(tree(name)) for name in MODULES))
    used = {known[name][0].lower() for name in imported - {*sys.stdlib_module_names}}
    assert used - desk <= cluster.made_with().keys()


def test_what_is_sent_is_what_a_build_reads(tmp_path: Path) -> None:
    """Tables and notebooks by their names there; nothing hidden, cached or of another kind."""
    project = small_project(tmp_path)
    for name in ("tables/.hidden/x.csv", "tables/film.mp4", "tables/__pycache__/x.pyc"):
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text("x")
    packed = cluster.packed(project)
    tables = {path.stem for path in project.data.glob("*.csv")}
    notebooks = {f"notebooks/{name}" for name in ("alpha.ipynb", "province.ipynb", "reports.toml")}
    mine = {name for name in packed if name.startswith(("tables/", "notebooks/"))}
    assert mine == {f"tables/{name}.csv" for name in tables} | notebooks
    assert packed["tables/figures.csv"] == (project.data / "figures.csv").read_bytes()
    assert packed.keys() > {"analysis/builds/cluster.py", "data/datapackage.json"}
    shipped = {*cluster.packed(Project.at(ROOT))}
    assert not [name for name in shipped if name.startswith("tables/")]


def test_a_project_lies_on_a_worker_as_it_was_packed(tmp_path: Path) -> None:
    """In one folder, with its notebooks; data of one's own lie beside the shipped ones."""
    project = small_project(tmp_path)
    for where, data in ((project, "tables"), (Project.at(ROOT), "data")):
        root = tmp_path / data
        for name, content in cluster.packed(where).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        here = cluster.unpacked(root)
        assert (here.root, here.data, here.outputs) == (root, root / data, root / "outputs")
        assert plan.plan(here) == plan.plan(where)
        assert stale.tables_digest(here) == stale.tables_digest(where)
