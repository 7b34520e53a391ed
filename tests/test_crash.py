"""Nothing that befalls a build harms the published site, and the next build puts everything right."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash import Running, after, change, finish, kill, left_lying, left_running, values
from small_project import small_project

from analysis import kernels, reports, site
from analysis.reports import Project

pytestmark = [
    pytest.mark.skipif(not kernels.CAN_FORK, reason="warm kernels are forked"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="what runs is read from /proc"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project with its site; tests work on copies."""
    project = small_project(tmp_path_factory.mktemp("built"))
    assert finish(project, 12) == []
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the small project, with its published site."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return Project.at(tmp_path / "project", data=tmp_path / "project" / "tables")


def stale(project: Project) -> dict[str, str]:
    """What the next build would make, and why."""
    return reports.stale(reports.plan(project), project, site.read_manifest(project.site))


# ------------------------------------------------------------------------------------------------ killed


@pytest.mark.slow
def test_a_killed_build_leaves_one_edition_and_the_next_one_finishes(project: Project) -> None:
    """SIGKILL to the group, or to the kernels as well, at any moment: `make crash` does this by the hundred."""
    survived, phases, found = kill(project, 12, random.Random(1), rest=6)
    assert (survived, found) == (12, [])
    assert phases.total() == 12


def test_when_a_build_is_killed_the_one_that_waits_takes_over(project: Project) -> None:
    """The lock dies with its process: nobody has to remove anything."""
    change(project, 12, 13)
    first = Running(project)
    while not first.kinds()["planned"]:
        time.sleep(0.005)
    os.kill(first.process.pid, signal.SIGSTOP)
    second = Running(project)
    while not second.kinds()["waiting"]:
        assert second.process.poll() is None
        time.sleep(0.01)
    first.kill()
    assert second.end() == 0
    assert (values(project), after(project), left_lying(project)) == ({"13"}, [], [])


def test_two_builds_at_once_take_turns(project: Project) -> None:
    """The second waits for the first, finds nothing left to do, and both end well."""
    change(project, 12, 13)
    both = [Running(project), Running(project)]
    assert [running.end() for running in both] == [0, 0]
    assert sorted(running.kinds()["built"] for running in both) == [0, 6]
    assert (values(project), after(project), left_lying(project)) == ({"13"}, [], [])


def test_what_a_killed_build_has_left_is_removed(project: Project) -> None:
    """A working folder, a half-made edition and a link that was not yet moved go with the next build."""
    for folder in (".work/reports/x", ".editions/.new/vi"):
        (project.outputs / folder).mkdir(parents=True)
    (project.outputs / ".site").symlink_to("nowhere")
    assert finish(project, 12) == []


# ------------------------------------------------------------------------------------------- the disk


@pytest.fixture
def small_disk(project: Project, tmp_path: Path) -> Iterator[Project]:
    """The project with its outputs on a disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        shutil.copytree(project.outputs, disk / "outputs", symlinks=True)
        shutil.rmtree(project.outputs)
        project.outputs.symlink_to(disk / "outputs")
        yield project
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("kilobytes", [0, 40, 150, 300])
def test_a_full_disk_ends_a_build_and_harms_nothing(small_disk: Project, kilobytes: int) -> None:
    """Whether it is full at once, among the pages or while publishing: one line says so, the site stays whole."""
    project = small_disk
    change(project, 12, 13)
    filling = project.outputs.resolve().parent / "filling"
    free = shutil.disk_usage(project.outputs).free
    filling.write_bytes(bytes(free - 1000 * kilobytes))
    running = Running(project)
    code = running.end()
    told = "".join(running.said)
    assert "Traceback" not in told
    assert code == 0 or "No space left" in told
    assert (after(project), values(project)) == ([], {"12" if code else "13"})
    filling.unlink()
    assert finish(project, 13) == []


def test_outputs_that_cannot_be_written_are_told(small_disk: Project) -> None:
    """On a disk that has become read-only: wrong usage, one line, and the site is as it was."""
    project = small_disk
    change(project, 12, 13)
    disk = project.outputs.resolve().parent
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    running = Running(project)
    assert running.end() == 2
    assert "cannot be written (Read-only file system)" in running.said[-1]
    assert (after(project), values(project)) == ([], {"12"})
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert finish(project, 13) == []


# ------------------------------------------------------------------------------------------- the outputs


def damage_page(project: Project) -> None:
    """Cut a page in half."""
    page = project.site / "vi/alpha.html"
    page.write_bytes(page.read_bytes()[:2000])


def damage_manifest(project: Project) -> None:
    """Cut the manifest in half."""
    manifest = project.site / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:2000])


def empty_manifest(project: Project) -> None:
    """A manifest that is JSON, but none of ours."""
    (project.site / "manifest.json").write_text("[]", encoding="utf-8")


def remove_edition(project: Project) -> None:
    """The link leads nowhere."""
    shutil.rmtree(project.site.resolve())


def remove_link(project: Project) -> None:
    """Nothing is published, the edition is there."""
    project.site.unlink()


@pytest.mark.parametrize("harm", [damage_page, damage_manifest, empty_manifest, remove_edition, remove_link])
def test_damage_is_repaired_by_the_next_build(project: Project, harm: object) -> None:
    """Whatever was done to the published files, the next build publishes a whole edition."""
    assert callable(harm)
    harm(project)
    assert finish(project, 12) == []
    assert stale(project) == {}


# -------------------------------------------------------------------------------------------- the clock


@pytest.mark.parametrize("year", [1971, 2100])
def test_the_clock_decides_nothing(project: Project, year: int) -> None:
    """Files from the past or the future: what has the same bytes is fresh, what has others is stale."""
    seconds = (year - 1970) * 31_557_600
    for path in [*project.root.rglob("*")]:
        if path.is_file():
            os.utime(path, (seconds, seconds))
    assert stale(project) == {}
    change(project, 12, 13)
    os.utime(project.data / "figures.csv", (seconds, seconds))
    assert set(stale(project).values()) == {"data changed: figures.csv x.after"}
    assert finish(project, 13) == []


def test_a_living_build_is_seen(project: Project) -> None:
    """The test of what is left running would find a build and the process that starts its kernels."""
    change(project, 12, 13)
    running = Running(project)
    running.wait_for_pages(1, 60)
    assert len(left_running(project)) >= 2
    assert running.end() == 0
