"""The programs beside the tests measure, kill and alter what they say they do."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import bench, crash, prove, trial
from programs.alterations import MEANING, Mutant
from programs.crash import Running, after, change, finish, left_lying, left_running, values
from small_data import small_texts
from small_project import build, reading_project, small_project

from analysis.builds import plan, publish, stale
from analysis.builds.plan import Project


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project with its site; tests work on copies."""
    project = small_project(tmp_path_factory.mktemp("built"), crash.SHOWS)
    assert finish(project, 94) == []
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the small project, with its published site."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return Project.at(tmp_path / "project", data=tmp_path / "project" / "tables")


def reasons(project: Project) -> set[str]:
    """Why the next build would make something."""
    planned, (manifest, _) = plan.plan(project), publish.published_manifest(project)
    damaged = publish.damaged(project, manifest)
    return set(stale.stale(planned, stale.share(project), manifest, damaged).values())


# ------------------------------------------------------------------------------------------- crash


@pytest.mark.slow
def test_a_killed_build_leaves_one_edition_and_the_next_one_finishes(project: Project) -> None:
    """SIGKILL to the group, or to the server as well, at any moment: `make crash` does hundreds."""
    survived, phases, wrong = crash.kill(project, 3, random.Random(1), rest=3)
    assert (survived, phases.total(), wrong) == (3, 3, [])


def test_pages_of_two_editions_and_what_lies_about_are_seen(project: Project) -> None:
    """A page of another edition, an edition too many and a folder of work are each told."""
    table = project.site / "vi" / "alpha.csv"
    table.write_text(table.read_text("utf-8-sig").replace("\n94,", "\n95,"), encoding="utf-8")
    assert values(project) == {94, 95}
    (project.outputs / ".editions" / ".work").mkdir()
    (project.outputs / "new").mkdir()
    assert [line.partition(":")[0] for line in left_lying(project)] == ["new is left", "editions"]
    assert any("vi/alpha.csv" in line for line in after(project))


def test_when_a_build_is_killed_the_one_that_waits_takes_over(project: Project) -> None:
    """The lock dies with its process: nobody has to remove anything."""
    change(project, 95)
    first = Running(project)
    first.wait_for("planned")
    os.kill(first.process.pid, signal.SIGSTOP)
    second = Running(project)
    second.wait_for("waiting")
    first.kill()
    assert second.end() == 0
    assert (values(project), after(project), left_lying(project)) == ({95}, [], [])


def test_two_builds_at_once_take_turns(project: Project) -> None:
    """The second waits for the first, finds nothing left to do, and both end well; while they live,
    what looks for processes that are left finds them and those that they start."""
    change(project, 95)
    both = [Running(project), Running(project)]
    while not any(running.kinds()["built"] for running in both):
        time.sleep(0.01)
        assert [running.process.poll() for running in both] == [None, None]
    assert len(left_running(project)) >= 3
    assert [running.end() for running in both] == [0, 0]
    assert sorted(running.kinds()["built"] for running in both) == [0, crash.REPORTS]
    assert (values(project), after(project), left_lying(project)) == ({95}, [], [])


@pytest.mark.parametrize("stamp", [31_557_600, 4_102_488_000])  # 1971, 2100
def test_the_clock_decides_nothing(project: Project, stamp: int) -> None:
    """Files from the past or the future: what has the same bytes is fresh, what has others not."""
    for path in filter(Path.is_file, project.root.rglob("*")):
        os.utime(path, (stamp, stamp))
    assert reasons(project) == set()
    change(project, 95)
    os.utime(project.data / "figures.csv", (stamp, stamp))
    assert reasons(project) == {f"data changed: figures.csv {crash.FIGURE}"}


@pytest.fixture
def small_disk(project: Project, tmp_path: Path) -> Iterator[Project]:
    """The project with its outputs on a disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        shutil.copytree(project.outputs, disk / "outputs", symlinks=True)
        shutil.rmtree(project.outputs)
        project.outputs.symlink_to(disk / "outputs")
        yield project
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.slow
def test_a_full_disk_ends_a_build_and_harms_nothing(small_disk: Project) -> None:
    """Whether it is full at once or among the pages: one line says so, the site stays whole."""
    change(small_disk, 95)
    outputs = small_disk.outputs.resolve()
    filling = outputs.parent / "filling"
    for kilobytes in (0, 150):
        filling.unlink(missing_ok=True)
        filling.write_bytes(bytes(shutil.disk_usage(outputs).free - 1000 * kilobytes))
        running = Running(small_disk)
        code, said = running.end(), running.said
        assert "Traceback" not in said
        assert (bool(code), "No space left" in said) == (True, True)
        assert (after(small_disk), values(small_disk)) == ([], {94})
    filling.unlink()
    assert finish(small_disk, 95) == []


# ------------------------------------------------------------------------------------------- bench


def test_a_fan_out_is_repeated_under_other_names(tmp_path: Path) -> None:
    """As often as asked, or not at all; each of its reports can be built."""
    source = small_project(tmp_path / "small")
    none, two = (bench.repeated(source, tmp_path / str(times), times) for times in (0, 2))
    assert [report.name for report in plan.plan(none)] == ["alpha"]
    names = [f"{number}-each-{area}" for number in (1, 2) for area in ("da-nang", "ha-noi")]
    assert [report.name for report in plan.plan(two)] == ["alpha", *names]
    bench._bare(plan.plan(two)[-1], two)


@pytest.mark.slow
def test_the_floor_writes_the_files_of_a_build(tmp_path: Path) -> None:
    """All but the manifest and what changed: the ratio of both compares like with like."""
    project = small_project(tmp_path / "small")
    build(project)
    own = Project.at(project.root, project.data, tmp_path / "floor")
    built, floor = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for folder in (project.site.resolve(), bench._files(own, plan.plan(own)))
    )
    assert built - floor == {"manifest.json", "changes.json", "vi/changes.html", "en/changes.html"}
    assert not floor - built


@pytest.mark.slow
def test_sites_of_several_sizes_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is built, and built again with nothing to do, and costs something."""
    bench.curve(tmp_path, small_project(tmp_path / "small"), (0, 1), clustered=False)
    lines = [line for line in capsys.readouterr().out.splitlines() if "this machine" in line]
    costs = " | ".join(["N"] * 7)
    assert [re.sub(r"-?\d[0-9.]*", "N", line) for line in lines] == [
        f"| this machine | {costs} |"
    ] * 2


# ------------------------------------------------------------------------------------------- prove


def test_every_kind_of_alteration_is_caught(tmp_path: Path) -> None:
    """One mutant of each kind, on small tables: none survives, but of what a number is about."""
    project = reading_project(tmp_path)
    fates = prove.prove(project, sample=1, seed=3, texts=small_texts(tmp_path))
    survivors = [fate for fate in fates if not fate.way and fate.mutant.kind not in MEANING]
    assert [str(fate) for fate in survivors] == []
    assert {fate.mutant.kind for fate in fates} >= {*MEANING}
    assert {fate.way for fate in fates} >= {"check", "reading", "gate", "shown", "same"}
    assert all(fate.said for fate in fates)


def test_a_survivor_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the gate typed numbers pass: the proof says so, and names what differs."""
    proved = trial.Trial(small_project(tmp_path), tmp_path)
    typed = [each for each in proved.mutants() if each.kind == "text: typed number"][:2]
    assert [proved.tried(mutant)[0] for mutant in typed] == ["gate", "gate"]
    monkeypatch.setattr(trial.gate, "refusals", lambda *_: [])
    told = ("", "the pages are made, and differ")
    assert [proved.tried(mutant) for mutant in typed] == [told, told]


def test_what_a_drawing_says_stands_in_one_row_of_its_table() -> None:
    """Words written anew beside a mark are told, where no row of the chart's table has them all."""
    chart = '<figure class="chart"><text>a 1%</text>{}<tr><th>b</th><td>−2%</td></tr></figure>'
    clean, *made = (chart.format(f"<text>{new}</text>") for new in ("a 1%", "b 2%", "b 1%"))
    assert [trial._drawn_apart(clean, each) for each in made] == [[], ["1% b"]]


def test_notes_say_again_what_stands_above_them() -> None:
    """A number more in the notes is no other number, where one above rests on its figures."""
    pages = [
        f'{above}<ol class="notes">{notes}'
        for above in ('<data value="9" data-figures="a b">9</data>', "")
        for notes in ("", '<data value="1" data-figures="a">1</data>')
    ]
    told = [sorted(trial._numbers_apart(pages[0], each)) for each in pages]
    assert told == [[], [], [("9", "a b")], [("1", "a"), ("9", "a b")]]


def test_survivors_count_as_not_caught() -> None:
    """The report counts by kind and way; a survivor is named with what was said."""
    mutant = Mutant("rows", "value", "figures.csv x", "1 → 2", ())
    fates = [prove.Fate(mutant, "check", "refused"), prove.Fate(mutant, "", "it passed")]
    assert str(fates[1]) == "value · figures.csv x · 1 → 2 · SURVIVED: it passed"
    assert re.search(r"^value +1 of +2   check 1$", prove.report(fates), re.MULTILINE)


def test_one_in_twenty_may_be_about_something_else_unnoticed() -> None:
    """Of what a number is about; of any other kind a single survivor is a failure."""
    ways = [Counter({"check": 19, "": 1}), Counter({"check": 18, "": 2})]
    assert [prove.failed(("about: area", each)) for each in ways] == [False, True]
    assert prove.failed(("value", ways[0]))
