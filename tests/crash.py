"""Kill builds at random moments and look at what is left: ``python -m tests.crash --kills 500``, or ``make crash``.

A kill is survived if afterwards the published site is one complete edition, nothing of the build is running, and
the next build that is let live finishes, publishes the change it was started for, and leaves nothing lying about.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from small_project import small_project  # noqa: E402

from analysis import reports, site  # noqa: E402
from analysis.reports import Project  # noqa: E402

PHASES = ("starting", "making pages", "publishing", "published")

# The tables of the small project are too small for the real check of the data.
BUILD = """\
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from analysis import check, cli
check.check = lambda data: []
sys.exit(cli.main(["build", "--jobs", "2", "--data", sys.argv[2] + "/tables", *sys.argv[3:]], Path(sys.argv[2])))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as often as asked; the exit code is 0 if every kill was survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill builds and look at what is left.")
    parser.add_argument("--kills", type=int, default=500, metavar="N", help="how often (default: 500)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the random moments (default: 1)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        project = small_project(Path(scratch))
        finish(project)
        survived, phases, found = kill(project, asked.kills, random.Random(asked.seed), tell=True)
    for line in found:
        print(line)
    print(", ".join(f"{phases[phase]} while {phase}" if phase != "published" else f"{phases[phase]} after" for phase in PHASES))
    print(f"kills survived: {survived} of {asked.kills}")
    return 0 if survived == asked.kills else 1


def kill(
    project: Project, kills: int, chance: random.Random, tell: bool = False, rest: int = 5
) -> tuple[int, Counter[str], list[str]]:
    """(kills survived, what the builds were doing when killed, what was found wrong).

    Every ``rest`` kills a build is let live. Half of the kills fall on any moment of a build, the others on the
    fraction of a second in which it publishes. Every third kill also ends the process that starts the kernels.
    """
    survived, phases, found = 0, Counter[str](), []
    value = int(values(project).pop())
    began = time.monotonic()
    change(project, value, value + 1)
    value += 1
    finish(project)
    usual = time.monotonic() - began
    for first in range(0, kills, rest):
        good = 0
        for number in range(first, min(first + rest, kills)):
            change(project, value, value + 1)
            value += 1
            running = Running(project)
            if number % 2:
                running.wait_for_pages(6, usual * 5)
                time.sleep(chance.uniform(0, 0.12))
            else:
                time.sleep(chance.uniform(0, usual))
            phases[running.kill(foreman_too=number % 3 == 2)] += 1
            wrong = after(project)
            found += [f"kill {number + 1}: {line}" for line in wrong]
            good += not wrong
        wrong = finish(project, value)
        found += [f"build after kill {first + good}: {line}" for line in wrong]
        survived += good if not wrong else 0
        if tell:
            print(f"\r{survived} of {min(first + rest, kills)} kills survived", end="", file=sys.stderr, flush=True)
    if tell:
        print(file=sys.stderr)
    return survived, phases, found


class Running:
    """A build on the command line, in a process group of its own, and what it has said so far."""

    def __init__(self, project: Project, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(ROOT), str(project.root), "--log-format", "json", *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)

    def kinds(self) -> Counter[str]:
        """How often each kind of event was told."""
        return Counter(json.loads(line)["kind"] for line in self.said if line.startswith("{") and line.endswith("}\n"))

    def wait_for_pages(self, number: int, seconds: float) -> None:
        """Wait until so many pages are made, or the build has ended."""
        deadline = time.monotonic() + seconds
        while self.kinds()["built"] < number and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)

    def kill(self, foreman_too: bool = False) -> str:
        """SIGKILL to the whole group; what the build was doing then."""
        foremen = children(self.process.pid) if foreman_too else []
        with contextlib.suppress(ProcessLookupError):  # it may have ended already
            os.killpg(self.process.pid, signal.SIGKILL)
        for pid in foremen:
            with contextlib.suppress(ProcessLookupError):  # it may have noticed already
                os.kill(pid, signal.SIGKILL)
        self.end()
        kinds = self.kinds()
        if kinds["published"]:
            return "published"
        return "publishing" if kinds["built"] == 6 else "making pages" if kinds["planned"] else "starting"

    def end(self, seconds: float = 120) -> int:
        """Its exit code, once it has ended."""
        code = self.process.wait(seconds)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def change(project: Project, old: int, new: int) -> None:
    """Correct a figure that every page shows."""
    table = project.data / "figures.csv"
    table.write_text(table.read_text("utf-8").replace(f"x.after,{old}\n", f"x.after,{new}\n"), encoding="utf-8")


def values(project: Project) -> set[str]:
    """The figure as the published pages show it: one value, or the site is no one edition."""
    tables = [project.site / name for name in site.read_manifest(project.site)["pages"]]
    return {table.with_suffix(".csv").read_text("utf-8-sig").split("\n")[1].partition(",")[0] for table in tables}


def after(project: Project) -> list[str]:
    """What is wrong right after a kill: with the site, or with what still runs."""
    found = site.verify(project.site)
    if not found and len(values(project)) != 1:
        found.append(f"pages of different editions: {sorted(values(project))}")
    deadline = time.monotonic() + 10
    while left_running(project) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [*found, *left_running(project)]


def finish(project: Project, value: int | None = None) -> list[str]:
    """Build to the end; what is wrong then."""
    running = Running(project)
    code = running.end()
    found = after(project)
    if code:
        found.append(f"exit code {code}: {''.join(running.said[-3:])}")
    if value is not None and values(project) != {str(value)}:
        found.append(f"the pages show {sorted(values(project))}, not {value}")
    planned = {report.path for report in reports.plan(project)}
    if set(site.read_manifest(project.site)["pages"]) != planned:
        found.append("not the pages that are planned")
    return [*found, *left_lying(project)]


def left_lying(project: Project) -> list[str]:
    """Temporary folders, a third edition or a lock that somebody still holds."""
    found = [
        f"{path.name} is left" for path in project.outputs.iterdir() if path.name not in (".editions", ".lock", "runs", "site")
    ]
    editions = [path.name for path in (project.outputs / ".editions").iterdir()]
    if len(editions) > 2 or any(name.startswith(".") for name in editions):
        found.append(f"editions: {', '.join(sorted(editions))}")
    with FileLock(project.outputs / ".lock", timeout=5):
        return found


def left_running(project: Project) -> list[str]:
    """Living processes that were started for the project: it is in their command, folder or environment (Linux)."""
    found = []
    root = str(project.root).encode()
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            state = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            told = (
                (process / "cmdline").read_bytes()
                + (process / "environ").read_bytes()
                + os.fsencode((process / "cwd").readlink())
            )
        except OSError:
            continue  # it has ended, or is somebody else's
        if root in told and state not in "ZX":
            found.append(f"process {process.name} is left")
    return found


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, thread.read_text("ascii").split())
    return found


if __name__ == "__main__":
    sys.exit(main())
