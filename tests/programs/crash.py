"""Kill builds at random moments and look at what is left: `make crash`, or with `--kills 500`.

A kill is survived if afterwards the published site is one complete edition, nothing of the build is
running, and the next build that is let live finishes, publishes the change it was started for, and
leaves nothing lying about.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from small_data import retype
from small_project import small_project

from analysis.builds import manifests, outputs, plan
from analysis.builds.plan import Project

from . import ROOT

PHASES = ("starting", "making pages", "publishing", "published")
FIGURE = "plan-2025.da-nang.after.total"
REPORTS = 3
# A cell for the one report that does not show the figure by itself.
SHOWS = f"""\
left = known["{FIGURE}"]
page.say(vi=f"Còn {{left}}.", en=f"{{left}} are left.")"""
BUILD = """\
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from analysis.builds import cli
root = Path(sys.argv[2])
sys.exit(cli.main(["build", "--data", str(root / "tables"), *sys.argv[3:]], root))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as often as asked; the exit code is 0 if every kill was survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.programs.crash")
    parser.add_argument("--kills", type=int, default=500, metavar="N", help="default: 500")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the moments")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        project = small_project(Path(scratch), SHOWS)
        finish(project)
        survived, phases, found = kill(project, asked.kills, random.Random(asked.seed))
    print(*found, sep="\n")
    print(", ".join(f"{phases[phase]} {phase}" for phase in PHASES))
    print(f"kills survived: {survived} of {asked.kills}")
    return int(survived != asked.kills)


def kill(
    project: Project, kills: int, chance: random.Random, rest: int = 5
) -> tuple[int, Counter[str], list[str]]:
    """Kills survived, what the builds were doing when killed, and what was found wrong.

    Every `rest` kills a build is let live. Half of the kills fall on any moment of a build, the
    others on the fraction of a second in which it publishes. Every third ends the build alone, the
    others its whole group, with the server from which the reports are forked.
    """
    survived, phases, wrong = 0, Counter[str](), list[str]()
    began = time.monotonic()
    change(project, 99)
    finish(project)
    usual = time.monotonic() - began
    for first in range(0, kills, rest):
        good, last = 0, min(first + rest, kills)
        for number in range(first, last):
            value = 100 + number % 900
            change(project, value)
            running = Running(project)
            if number % 2:
                running.wait_for("built", REPORTS, usual * 5)
                time.sleep(chance.uniform(0, 0.12))
            else:
                time.sleep(chance.uniform(0, usual))
            phases[running.kill(alone=number % 3 == 2)] += 1
            found = after(project)
            wrong += [f"kill {number + 1}: {line}" for line in found]
            good += not found
        found = finish(project, value)
        wrong += [f"build after kill {last}: {line}" for line in found]
        survived += 0 if found else good
        print(f"{survived} of {last} kills survived", file=sys.stderr, flush=True)
    return survived, phases, wrong


class Running:
    """A build on the command line, in a process group of its own, and what it has said so far."""

    def __init__(self, project: Project) -> None:
        command = [sys.executable, "-c", BUILD, str(ROOT), str(project.root), "--jobs", "2"]
        handle, name = tempfile.mkstemp(dir=project.root, suffix=".log")
        self.log = Path(name)
        with os.fdopen(handle, "wb") as out:
            self.process = subprocess.Popen(
                [*command, "--log-format", "json"],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text("utf-8")

    def kinds(self) -> Counter[str]:
        """How often each kind of event was told."""
        lines = (line for line in self.said.splitlines(keepends=True) if line.startswith("{"))
        return Counter(json.loads(line)["kind"] for line in lines if line.endswith("}\n"))

    def wait_for(self, kind: str, number: int = 1, seconds: float = 60) -> None:
        """Wait until a kind of event was told so often, or the build has ended."""
        deadline = time.monotonic() + seconds
        while self.kinds()[kind] < number and time.monotonic() < deadline:
            if self.process.poll() is not None:
                return
            time.sleep(0.002)

    def kill(self, alone: bool = False) -> str:
        """SIGKILL to the whole group, or to the build alone; what it was doing then."""
        with contextlib.suppress(ProcessLookupError):  # it may have ended already
            (os.kill if alone else os.killpg)(self.process.pid, signal.SIGKILL)
        self.process.wait()
        kinds = self.kinds()
        if kinds["published"]:
            return "published"
        made = kinds["built"] == REPORTS
        return "publishing" if made else "making pages" if kinds["planned"] else "starting"

    def end(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(120)


def change(project: Project, value: int) -> None:
    """Correct a figure that every page shows."""
    retype(project.data / "figures.csv", FIGURE, printed=str(value), value=str(value))


def values(project: Project) -> set[int]:
    """The figure as the published pages show it: one value, or the site is no one edition."""
    shown = set()
    for page in manifests.read(project.site)["pages"]:
        text = (project.site / page).with_suffix(".csv").read_text("utf-8-sig")
        rows = csv.DictReader(text.splitlines())
        shown |= {int(row["value"]) for row in rows if row["figures"] == FIGURE}
    return shown


def after(project: Project) -> list[str]:
    """What is wrong right after a kill: with the site, or with what still runs."""
    found = manifests.verify(project.site)
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
        found.append(f"exit code {code}: {running.said[-900:]}")
    if value is not None and values(project) != {value}:
        found.append(f"the pages show {sorted(values(project))}, not {value}")
    pages = {page for report in plan.plan(project) for page in report.pages.values()}
    if set(manifests.read(project.site)["pages"]) != pages:
        found.append("not the pages that are planned")
    return [*found, *left_lying(project)]


def left_lying(project: Project) -> list[str]:
    """Temporary folders, or a third edition."""
    ours = (outputs.EDITIONS, ".lock", "runs", "site")
    found = [f"{path.name} is left" for path in project.outputs.iterdir() if path.name not in ours]
    editions = {path.name for path in outputs.editions(project).iterdir()} - {
        outputs.MARKER,
        outputs.WHOLE,
    }
    if len(editions) > 2 or any(name.startswith(".") for name in editions):
        found.append(f"editions: {', '.join(sorted(editions))}")
    return found


def left_running(project: Project) -> list[str]:
    """Living processes started for the project: it is in their command, folder or environment."""
    found, root = [], str(project.root)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # it has ended, or is somebody else's
            said = (*process.cmdline(), *process.environ().values(), process.cwd())
            living = process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            if living and process.pid != os.getpid() and any(root in text for text in said):
                found.append(f"process {process.pid} is left")
    return found


if __name__ == "__main__":
    sys.exit(main())
