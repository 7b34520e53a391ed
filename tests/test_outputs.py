"""The folder of outputs: whose it is, who works in it, and what a full disk does to it."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess
from pathlib import Path
from unittest.mock import Mock

import pytest

from analysis.builds import outputs
from analysis.builds.outputs import OutputsError
from analysis.builds.plan import Project

CODE = Path(outputs.__file__).parents[1]
FIRST, SECOND, THIRD = (number * 16 for number in "123")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without outputs."""
    (tmp_path / "project" / "data").mkdir(parents=True)
    return Project.at(tmp_path / "project")


def nobody() -> None:
    """Wait without a word."""


def publish(project: Project, name: str) -> None:
    """An edition with one file."""
    with outputs.at_work(project, nobody), outputs.scratch(project) as work:
        (work / "new" / "vi").mkdir(parents=True)
        outputs.write(work / "new" / "page", name)
        outputs.swap(project, work / "new", name)


def names(folder: Path) -> set[str]:
    """The names in a folder."""
    return {path.name for path in folder.iterdir()}


def test_an_edition_is_swapped_in_and_the_one_before_stays(project: Project) -> None:
    """The site is a link to the new edition; of older ones only the one before is kept."""
    for name in (FIRST, SECOND, THIRD):
        publish(project, name)
        assert (project.site / "page").read_text() == name
        assert outputs.current(project) == name
    assert names(project.outputs) == {".lock", ".editions", "site"}
    assert names(outputs.editions(project)) == {SECOND, THIRD, outputs.MARKER}
    publish(project, THIRD)
    assert outputs.current(project) == f"{THIRD}+"


@pytest.mark.parametrize(
    "theirs",
    [
        *("mkdir .editions && echo > .editions/x", "mkdir site", "echo mine > site"),
        *("mkdir runs && echo > runs/x", "mkdir real && ln -s real site", "ln -s . .editions"),
        *("echo > runs", "ln -s .editions/elsewhere site", "mkdir x && ln -s x runs"),
    ],
)
def test_names_of_ours_in_a_folder_of_somebody_else_are_left_alone(
    project: Project, theirs: str
) -> None:
    """Without the marker of a build, a folder that holds them is refused as it is."""
    project.outputs.mkdir()
    subprocess.run(theirs, shell=True, cwd=project.outputs, check=True)
    before = sorted(project.outputs.rglob("*"))
    with pytest.raises(OutputsError, match=r"and not as a build has made it\. Move that away"):
        publish(project, FIRST)
    assert sorted(project.outputs.rglob("*")) == before


def test_whatever_else_lies_there_stays(project: Project) -> None:
    """Only what builds name is touched: not a folder or file whose name begins like ours."""
    files = (".workspace/thesis.txt", ".work-notes.txt", ".work/x", ".site", "site.txt")
    for name in files:
        (project.outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (project.outputs / name).write_text("mine")
    publish(project, FIRST)
    (outputs.editions(project) / "mine.txt").write_text("mine")
    (outputs.editions(project) / "mine").mkdir()
    publish(project, SECOND)
    publish(project, THIRD)
    assert all((project.outputs / name).read_text() == "mine" for name in files)
    assert {"mine.txt", "mine"} < names(outputs.editions(project))


def test_what_a_killed_build_has_left_is_removed(project: Project) -> None:
    """Its working folder and a link that was not moved into place."""
    publish(project, FIRST)
    own = outputs.editions(project)
    (own / ".work" / "reports").mkdir(parents=True)
    (own / ".site").symlink_to("nowhere")
    with outputs.at_work(project, nobody):
        assert names(own) == {FIRST, outputs.MARKER}


@pytest.mark.parametrize("out", [".", "data", "data/x", "notebooks", CODE / "pages", "link"])
def test_a_build_writes_nowhere_near_what_it_reads(project: Project, out: str | Path) -> None:
    """Neither into the project's own folder, nor its data, notebooks and package."""
    (project.root / "link").symlink_to("data")
    with pytest.raises(OutputsError, match="--out"):
        publish(dataclasses.replace(project, outputs=project.root / out), FIRST)
    assert not (project.root / ".editions").exists()


def test_a_build_does_not_write_into_what_another_removes(project: Project) -> None:
    """The site of one project within an edition, or the runs, of another would go with it."""
    publish(project, FIRST)
    for out in ("outputs/site", "outputs/site/en", "outputs/.editions/x", "outputs/runs"):
        within = dataclasses.replace(project, outputs=project.root / out)
        with pytest.raises(OutputsError, match="remove what lies in it"):
            publish(within, FIRST)


def test_a_folder_that_cannot_be_made_is_told(project: Project) -> None:
    """A file where a folder should be."""
    (project.root / "file").write_text("")
    for place in ("file", "file/below"):
        blocked = dataclasses.replace(project, outputs=project.root / place)
        with pytest.raises(OutputsError, match="cannot be written"):
            publish(blocked, FIRST)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_one_line_and_leaves_the_site_as_it_was(project: Project, code: int) -> None:
    """Also where a report says so, in the words of the system; what was taken is given back."""
    publish(project, FIRST)
    outputs.refuse_full(project.root, "ValueError: no such thing")
    with (
        pytest.raises(OutputsError, match=r"The published site is as it was; make room"),
        outputs.at_work(project, nobody),
        outputs.scratch(project) as work,
    ):
        outputs.refuse_full(work, f"OSError: [Errno {code}] {os.strerror(code)}: 'run.ipynb'")
    assert outputs.current(project) == FIRST
    assert names(outputs.editions(project)) == {FIRST, outputs.MARKER}
    with pytest.raises(OSError, match="odd"), outputs.at_work(project, nobody):
        raise OSError(errno.EIO, "odd")


def test_a_file_of_another_edition_is_shared_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without links gets a copy."""
    (tmp_path / "old").write_text("page")
    outputs.link(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").samefile(tmp_path / "old")
    monkeypatch.setattr(os, "link", Mock(side_effect=OSError(errno.EPERM, "no links")))
    outputs.link(tmp_path / "old", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "page"
    assert not (tmp_path / "copy").samefile(tmp_path / "old")


def test_what_cannot_be_written_within_the_folder_is_named(project: Project) -> None:
    """One line instead of a traceback; what a user put in the place of ours is not removed."""
    publish(project, FIRST)
    taken = project.outputs / "runs" / "x.ipynb"
    (taken / "own").mkdir(parents=True)
    with (
        pytest.raises(OutputsError, match=r"x\.ipynb: cannot be written .* move that away"),
        outputs.at_work(project, nobody),
    ):
        taken.write_text("")
    assert (taken / "own").exists()
    assert outputs.current(project) == FIRST


def test_a_link_in_the_place_of_a_working_folder_is_removed_alone(project: Project) -> None:
    """What a link of our name leads to belongs to somebody else."""
    publish(project, FIRST)
    (project.root / "own").mkdir()
    for name in (outputs.WORK, ".site"):
        (outputs.editions(project) / name).symlink_to(project.root / "own")
    publish(project, SECOND)
    assert (project.root / "own").exists()
