"""Past one machine: the reports made by the workers of a Dask cluster."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crash import children, left_lying
from distributed import Client
from small_project import small_project

from analysis import build, check, cli, cluster, kernels, site
from analysis.build import Event
from analysis.reports import Project

pytestmark = [
    pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what runs is read from /proc"),
]


@pytest.fixture(autouse=True)
def good_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of these tests are too small for the real check of the data."""
    monkeypatch.setattr(check, "check", lambda _: [])


class Start:
    """Starts the parts of a cluster, each as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def __call__(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The process of `dask ARGUMENTS`."""
        with (self.folder / f"{len(self.running)}.log").open("wb") as log:
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            # In a folder of its own: a worker finds the package where it is installed, and nothing else of the project.
            self.running.append(subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True))
        return self.running[-1]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """What starts a cluster; all of it is ended after the test."""
    start = Start(tmp_path)
    yield start
    for process in start.running:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(start: Start, tmp_path: Path) -> str:
    """The address of a real scheduler that has no workers yet."""
    told = tmp_path / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
    wait_until(lambda: told.exists() and told.read_text("utf-8").endswith("}"), 30)  # it is written in pieces
    return str(json.loads(told.read_text("utf-8"))["address"])


def start_worker(start: Start, scheduler: str, folder: Path) -> subprocess.Popen[bytes]:
    """A worker that makes one report at a time."""
    return start("worker", scheduler, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Wait for something to be so; a test that waits in vain fails."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def content(project: Project) -> dict[str, bytes]:
    """Every published file, and every executed notebook."""
    folders = (project.site, project.outputs / "runs")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for folder in folders for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_cluster_makes_the_same_site_though_a_worker_is_killed(
    tmp_path: Path, start: Start, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers, one killed at work: every report arrives, byte for byte as made at home, and nothing is left there."""
    monkeypatch.setattr(cluster, "_IDLE", 2.0)
    cells = ("import time\ntime.sleep(1)", "if language == 'en': 1 / 0")
    home, away = small_project(tmp_path / "home", *cells), small_project(tmp_path / "away", *cells)
    here = build.build(home, workers=2)
    workers = [start_worker(start, scheduler, tmp_path / f"worker-{number}") for number in range(2)]
    killed: list[int] = []

    def tell(event: Event) -> None:
        if event.kind == "built" and not killed:
            killed.extend(children(workers[0].pid))
            if killed:
                workers[0].kill()

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=30)  # both have work from the beginning
    there = build.build(away, scheduler=scheduler, tell=tell)
    assert (there.built, there.failed) == (here.built, here.failed)
    assert there.failed == {"en/alpha.html": "cell 8 of alpha.ipynb: ZeroDivisionError: division by zero"}
    assert len(there.built) == 5
    assert content(away) == content(home)
    assert (site.verify(away.site), left_lying(away)) == ([], [])
    assert killed
    wait_until(lambda: all(map(gone, killed)), 5)  # the foreman of a killed worker ends with it
    # The other's, when it has had nothing to do for a while.
    wait_until(lambda: not children(workers[1].pid) and not list((tmp_path / "worker-1").glob("*/*/briefings-*")), 10)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_cluster_that_is_lost_ends_the_build(
    tmp_path: Path, start: Start, scheduler: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the last worker, or the scheduler, dead for a while, what is not made has failed; what is made is published."""
    monkeypatch.setattr(cluster, "_PATIENCE", 2.0)
    project = small_project(tmp_path)
    only = start_worker(start, scheduler, tmp_path / "worker")

    def tell(event: Event) -> None:
        if event.kind == "built":
            (only if part == "worker" else start.running[0]).kill()

    outcome = build.build(project, scheduler=scheduler, tell=tell)
    assert outcome.built
    assert outcome.failed
    said = "no worker is left at tcp://127.0.0.1" if part == "worker" else "the cluster could not make it: "
    assert all(cause.startswith(said) for cause in outcome.failed.values())
    assert set(site.read_manifest(project.site)["pages"]) == set(outcome.built)


def told(project: Project, scheduler: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line, besides the number of pages, that a build says that cannot use the cluster."""
    arguments = ["build", "--data", str(project.data), "--scheduler", scheduler]
    assert cli.main(arguments, project.root) == cli.USAGE
    said = capsys.readouterr()
    assert said.out == "6 of 6 pages are stale\n"
    assert said.err.count("\n") == 1
    assert not project.site.exists()
    return said.err


def test_a_cluster_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong addresses, nobody there, Dask not installed: before anything runs, and with what to do."""
    monkeypatch.setattr(cluster, "_REACH", 0.5)
    project = small_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    assert told(project, free, capsys).endswith("Start one: dask scheduler\n")
    with pytest.raises(SystemExit):
        cli.main(["build", "--scheduler", "carrier-pigeon://loft"], project.root)
    assert "is no address of a scheduler; write one as tcp://host:8786" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'distributed" in told(project, free, capsys)
    with pytest.raises(SystemExit):
        cli.main(["build", "--jobs", "2", "--scheduler", free], project.root)
    assert "not allowed with argument --jobs" in capsys.readouterr().err


@pytest.mark.slow
def test_a_worker_that_is_not_like_this_machine_is_refused(
    tmp_path: Path, start: Start, scheduler: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No worker, or one with another library or another end of the line: bytes would differ, so nothing runs."""
    project = small_project(tmp_path)
    monkeypatch.setattr(cluster, "_REACH", 0.5)
    assert "no worker that can make reports" in told(project, scheduler, capsys)
    start_worker(start, scheduler, tmp_path / "worker")
    monkeypatch.setattr(cluster, "_REACH", 30.0)
    monkeypatch.setattr(cluster, "made_with", lambda: {"Python": "3.11", "pandas": "2.0.0", "analysis/cluster.py": "old"})
    said = told(project, scheduler, capsys)
    assert re.search(
        r"^worker tcp://\S+ is not like this machine: .*pandas is 3\S+, not 2.0.0, analysis/cluster.py is \w+, not old\.", said
    )


def test_what_is_sent_is_what_a_build_reads(tmp_path: Path) -> None:
    """Tables, notebooks and template under the names they get there; nothing hidden, cached or of another kind."""
    project = small_project(tmp_path)
    for name in ("tables/.hidden/x.csv", "tables/film.mp4", "tables/__pycache__/x.pyc"):
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text("x")
    packed = cluster.packed({"data": project.data, "notebooks": project.notebooks})
    tables = ["areas.csv", "figures.csv", "names.csv", "sources.csv"]
    notebooks = ["alpha.ipynb", "province.ipynb", "reports.toml"]
    assert sorted(packed) == [*(f"data/{name}" for name in tables), *(f"notebooks/{name}" for name in notebooks)]
    assert packed["data/figures.csv"] == (project.data / "figures.csv").read_bytes()


def test_paths_are_rewritten_to_where_things_lie_on_a_worker() -> None:
    """The longest place counts, only at the beginning, and only whole names of folders."""
    moves = {"/srv/me": "/w", "/srv/me/tables": "/w/data"}
    told = {
        "data": "/srv/me/tables",
        "all": ["/srv/me/tables/x.csv", "/srv/me/notes", "/srv/melon", "see /srv/me"],
        "/srv/me": 1,
    }
    assert cluster._moved(told, moves) == {
        "data": "/w/data",
        "all": ["/w/data/x.csv", "/w/notes", "/srv/melon", "see /srv/me"],
        "/w": 1,
    }
