"""Processes for reports."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from analysis.builds import processes, run
from analysis.builds.processes import Ended, Job, Limits, Processes, RunError
from analysis.errors import UserError
from analysis.numbers.schema import DataError, Finding

# What the processes below do; the server imports it once. `mark` is a number of seconds.
TASKS = """\
import ctypes, json, os, signal, subprocess, sys, time
from analysis.builds.processes import RunError
from analysis.errors import UserError

IMPORTED_IN = os.getpid()

def first(mark, folder, limits):
    (folder / "first").write_text(str(os.getpid()))

def second(mark, folder, limits):
    other = int((folder / "first").read_text())
    told = {"pids": len({os.getpid(), other, IMPORTED_IN}), "parent": os.getppid() == IMPORTED_IN,
            "main": sys.modules["__main__"].__dict__.get("__file__"), "cwd": os.getcwd(),
            "argv": sys.argv, "environment": dict(os.environ)}
    (folder / "told.json").write_text(json.dumps(told))

def returns(*_): pass
def exits_0(*_): os._exit(0)
def exits_3(*_): os._exit(3)
def raises(*_): raise ValueError("one\\ntwo")
def fails(*_): raise RunError("a cell says no", 7)
def refuses(*_): raise UserError("data/x.csv:3  is wrong.\\nCorrect it.")
def takes_all(*_): bytearray(9_000_000_000)
def closes_all(*_): os.closerange(0, 10_000)

def crashes(mark, folder, limits):
    with open(folder.parent / f"{folder.name}.tries", "a") as file:
        file.write("x")
    (folder / "cell").write_text("4")
    os.kill(os.getpid(), signal.SIGSEGV)

def crashes_once(mark, folder, limits):
    if not (folder.parent / "crashes_once.tries").exists():
        crashes(mark, folder, limits)

def hangs(mark, folder, limits):
    (folder / "cell").write_text("5")
    subprocess.Popen(["sleep", mark])
    ctypes.PyDLL(None).sleep(60)  # holding the interpreter's lock

def leaves_others(mark, folder, limits):
    subprocess.Popen(f"sleep {mark} & sleep 0.1", shell=True).wait()
    subprocess.Popen(["sleep", mark])
    if os.fork() == 0:
        time.sleep(60)
"""
MARK = f"7{os.getpid()}"


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which the processes import the tasks."""
    (tmp_path / "tasks.py").write_text(TASKS, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


@pytest.fixture
def pool(tasks: Path) -> Iterator[Processes]:
    """Processes that have imported the tasks."""
    with started(tasks) as pool:
        yield pool


def started(tasks: Path, name: str = "scratch", preload: str = "tasks") -> Processes:
    """Processes that import what lies in a folder."""
    return Processes(tasks / name, preload, run.environment(tasks, tasks / name))


def job(tasks: Path, *names: str, mark: str = MARK) -> Job:
    """A job that is named after its first task."""
    functions = tuple(f"tasks:{name}" for name in names)
    return Job(names[0], str(tasks / "work" / names[0]), functions, mark)  # type: ignore[arg-type]


def ends(pool: Processes, tasks: Path, *names: str, seconds: float = 30) -> dict[str, Ended]:
    """How jobs of one task each ended."""
    limits = Limits(seconds, megabytes=4000)
    return {each.name: each for each in pool.run([job(tasks, name) for name in names], 2, limits)}


def running() -> str:
    """Every command that runs."""
    done = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True)
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("Z"))


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that must happen soon."""
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def test_each_task_has_a_process_of_its_own(pool: Processes, tasks: Path) -> None:
    """Tasks of a job follow each other, share its folder and its fixed environment, and no more."""
    before = dict(os.environ)
    (ended,) = pool.run([job(tasks, "first", "second")], 1, None)
    assert (ended.name, ended.state, ended.cause) == ("first", "done", "")
    told = json.loads((tasks / "work/first/told.json").read_text("utf-8"))
    assert (told["pids"], told["parent"]) == (3, True)  # this task, the first one, the server
    assert (told["cwd"], told["argv"]) == (str(tasks / "work/first/cwd"), ["report"])
    assert told["main"] is None  # neither pytest nor a script is imported again
    known = run.environment(tasks, tasks / "scratch")
    known["TMPDIR"] = str(tasks / "work/first/tmp")
    known.pop("PYTEST_CURRENT_TEST", None)  # was another one when the server was started
    assert {name: told["environment"].get(name) for name in known} == known
    assert dict(os.environ) == before


def test_how_a_job_ended_is_told(pool: Processes, tasks: Path) -> None:
    """People's mistakes line by line as they are, ours in one line with their type.

    Exit code 0 is no success if the task has not returned; the other reports are made.
    """
    known = {
        "returns": ("done", "", 0),
        "exits_0": ("died", "its process ended with exit code 0", 0),
        "exits_3": ("died", "its process ended with exit code 3", 0),
        "closes_all": ("done", "", 0),
        "raises": ("raised", "ValueError: one two", 0),
        "fails": ("raised", "a cell says no", 7),
        "refuses": ("raised", "data/x.csv:3  is wrong.\nCorrect it.", 0),
        "takes_all": ("raised", "used more memory than allowed", 0),
    }
    told = ends(pool, tasks, *known)
    assert {name: (each.state, each.cause, each.cell) for name, each in told.items()} == known


def test_a_crash_is_tried_once_more(pool: Processes, tasks: Path) -> None:
    """A process killed by a signal gets a second one, afresh; the cell it had come to is told."""
    told = ends(pool, tasks, "crashes", "crashes_once")
    died = told["crashes"]
    assert f"{died.state}: {died.cause}" == "died: its process ended with signal SIGSEGV"
    assert died.cell == 4
    assert (tasks / "work" / "crashes.tries").read_text() == "xx"
    assert told["crashes_once"].state == "done"
    assert not (tasks / "work" / "crashes_once" / "cell").exists()


def test_nothing_that_a_task_has_started_outlives_it(pool: Processes, tasks: Path) -> None:
    """Ended in time or not, also while it holds the interpreter's lock: children and orphans."""
    told = ends(pool, tasks, "hangs", "leaves_others", seconds=0.5)
    hung = told["hangs"]
    assert (hung.state, hung.cause, hung.cell) == ("timeout", "ran longer than 0.5 s", 5)
    assert told["leaves_others"].state == "done"
    wait_until(lambda: f"sleep {MARK}" not in running())


def test_it_serves_again_and_may_be_left_early(pool: Processes, tasks: Path) -> None:
    """What still runs when the caller leaves is ended; if the server died, another takes over."""
    for ended in pool.run([job(tasks, "hangs"), job(tasks, "returns")], 2, None):
        assert ended.name == "returns"
        break
    wait_until(lambda: f"sleep {MARK}" not in running())
    assert ends(pool, tasks, "returns")["returns"].state == "done"
    os.kill(pool._server._forkserver_pid, signal.SIGKILL)
    assert ends(pool, tasks, "returns")["returns"].state == "done"


def test_several_at_once_do_not_mix(tasks: Path) -> None:
    """Each has a server, an environment and a package of its own."""
    (tasks / "other").mkdir()
    (tasks / "other" / "tasks.py").write_text("def returns(*_): raise KeyError\n", "utf-8")
    with (
        started(tasks, "a") as one,
        started(tasks / "other", "b", "missing") as two,
    ):
        assert ends(one, tasks, "returns")["returns"].state == "done"
        assert ends(two, tasks, "returns")["returns"].cause == "KeyError:"


@pytest.mark.parametrize("victims", ["build", "group", "build and server"])
def test_the_end_of_the_build_is_the_end_of_its_processes(tasks: Path, victims: str) -> None:
    """However a build is killed, nothing that it has started is left a moment later.

    Its task holds the interpreter's lock.
    """
    script = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "from pathlib import Path; import test_processes as tests\n"
        f"tasks = Path({str(tasks)!r})\n"
        "with tests.started(tasks) as pool:\n"
        f"    list(pool.run([tests.job(tasks, 'hangs', mark={MARK!r})], 1, None))\n"
    )
    build = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    wait_until(lambda: running().count(f"sleep {MARK}") == 1)
    children = Path(f"/proc/{build.pid}/task/{build.pid}/children").read_text().split()
    if victims == "group":
        os.killpg(build.pid, signal.SIGKILL)
    else:
        os.kill(build.pid, signal.SIGKILL)
    for child in children if victims == "build and server" else ():
        os.kill(int(child), signal.SIGKILL)
    build.wait()
    wait_until(lambda: f"sleep {MARK}" not in running() and str(tasks) not in running())


# ---------------------------------------------------------------------------------- beside a build


def beside(work: Callable[..., object], *given: object) -> object:
    """What a process beside this one makes of some work."""
    with processes.beside(1, "works") as others:
        return others.submit(work, *given).result()


def fail(error: BaseException) -> None:
    """Raise it."""
    raise error


def end() -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave_a_mark() -> int:
    """Change the environment; the id of the process."""
    os.environ["LEFT"] = "yes"
    return os.getpid()


def test_what_is_done_beside_a_build_comes_back() -> None:
    """It is done by another process, which leaves nothing in this one."""
    before = dict(os.environ)
    assert beside(leave_a_mark) != os.getpid()
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "error",
    [
        *(UserError("wrong"), OSError(errno.ENOSPC, "No space left on device", "/x")),
        *(KeyError("x"), DataError([Finding("data/figures.csv", 2, "x", "wrong")])),
    ],
)
def test_what_is_raised_beside_a_build_is_raised(error: Exception) -> None:
    """The same kind with the same text and findings, so that a full disk is told as one."""
    with pytest.raises(type(error)) as raised:
        beside(fail, error)
    assert str(raised.value) == str(error)
    for about in ("errno", "findings"):
        assert getattr(raised.value, about, None) == getattr(error, about, None)


def fail_locally() -> None:
    """Raise what no other process knows."""

    class Local(Exception):
        pass

    raise Local("mine")


def test_an_error_that_cannot_be_sent_is_told_all_the_same() -> None:
    """With its text; where distributed is loaded, which sends errors with all that they stem from,
    as a process that ended."""
    with pytest.raises((AttributeError, RunError), match=r"Local|ended early") as raised:
        beside(fail_locally)
    told = str(raised.value.__cause__ or "fail_locally.<locals>.Local: mine")
    assert "fail_locally.<locals>.Local: mine" in told


def test_a_process_that_dies_beside_a_build_is_told_in_a_line() -> None:
    """As where the system takes the memory back, or there is none left."""
    for work, *given in ((end,), (fail, MemoryError())):
        with pytest.raises(RunError, match="ended early"):
            beside(work, *given)


def test_leaving_early_ends_what_is_done_beside() -> None:
    """Where a build stops, nobody waits for what it has begun."""
    with processes.beside(2, "works") as others:
        for _ in range(2):
            others.submit(subprocess.run, ["sleep", "60"])
        pids = [*others._processes]
        before = time.monotonic()
    assert time.monotonic() - before < 10
    assert not [pid for pid in pids if runs(pid)]


def runs(pid: int) -> bool:
    """Whether a process is still at work."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


# A build that is killed while two processes work beside it: they print their ids.
KILLED = """\
import os, time
from analysis.builds import processes

def work():
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(60)

with processes.beside(2, "works") as others:
    [others.submit(work) for _ in range(2)]
    time.sleep(60)
"""


def test_a_killed_build_leaves_no_process_beside() -> None:
    """The work ends with whoever asked for it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as build:
        assert build.stdout
        pids = [int(build.stdout.readline()) for _ in range(2)]
        build.kill()
    wait_until(lambda: not any(map(runs, pids)))
