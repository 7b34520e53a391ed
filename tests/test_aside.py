"""Work beside a build: what it gives and raises comes back, and its process never outlives it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.builds.aside import Aside, AsideError
from analysis.errors import UserError
from analysis.numbers import schema

# A build that is killed while its work goes on: it prints the id of the process that does it.
KILLED = """\
import os, sys, time
from analysis.builds.aside import Aside

def work():
    print(os.getpid(), flush=True)
    time.sleep(60)

with Aside(work):
    time.sleep(60)
"""


def test_what_the_work_gives_comes_back() -> None:
    """It is done by another process, which leaves nothing in this one."""
    before = dict(os.environ)

    def work() -> int:
        os.environ["LEFT"] = "yes"
        return os.getpid()

    with Aside(work) as aside:
        assert aside.result() != os.getpid()
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "error",
    [UserError("wrong"), OSError(errno.ENOSPC, "No space left on device", "/x"), KeyError("x")],
)
def test_what_the_work_raises_is_raised(error: Exception) -> None:
    """The same kind with the same text, so that a full disk is told as one."""

    def work() -> None:
        raise error

    with Aside(work) as aside, pytest.raises(type(error)) as raised:
        aside.result()
    assert str(raised.value) == str(error)
    assert getattr(raised.value, "errno", None) == getattr(error, "errno", None)


def test_an_error_that_cannot_be_sent_is_told_as_text() -> None:
    """Its traceback, which names the line."""

    class Local(Exception):
        pass

    def work() -> None:
        raise Local("mine")

    with Aside(work) as aside, pytest.raises(RuntimeError, match=r"(?s)test_aside.*Local: mine"):
        aside.result()


def test_a_process_that_dies_is_told_in_a_line() -> None:
    """As where the system takes the memory back."""
    with (
        Aside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as aside,
        pytest.raises(AsideError, match="ended early"),
    ):
        aside.result()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


def test_leaving_early_ends_the_process() -> None:
    """Where a build stops, nobody waits for what it has begun."""
    with Aside(lambda: time.sleep(60)) as aside:
        pid = aside._pid
    assert not _runs(pid)


def test_a_killed_build_leaves_no_process() -> None:
    """The operating system ends the work with whoever asked for it."""
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as build:
        assert build.stdout
        pid = int(build.stdout.readline())
        build.kill()
        deadline = time.monotonic() + 20
        while _runs(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert not _runs(pid)


@pytest.mark.parametrize("error", [SystemExit(0), MemoryError(), KeyboardInterrupt()])
def test_work_that_leaves_or_has_no_memory_is_not_done(error: BaseException) -> None:
    """It never ends the build itself, and never with the exit code 0."""

    def work() -> None:
        raise error

    with Aside(work) as aside, pytest.raises(AsideError, match="ended early"):
        aside.result()


def test_an_error_about_data_keeps_its_lines() -> None:
    """Each finding is one line, on this side, too."""
    finding = schema.Finding("data/figures.csv", 2, "x", "wrong")

    def work() -> None:
        raise schema.DataError([finding])

    with Aside(work) as aside, pytest.raises(schema.DataError) as raised:
        aside.result()
    assert raised.value.findings == [finding]
    assert str(raised.value) == str(schema.DataError([finding]))
