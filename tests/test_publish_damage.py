"""Builds: damage is noticed and repaired, and what goes wrong leaves the site as it was."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import jinja2
import pytest
from small_project import briefing, build, small_project, write
from test_publish import (
    EACH,
    PAGES,
    REPORTS,
    Heard,
    change_notebook,
    content,
    correct,
    manifest,
    then,
)

from analysis.builds import manifests, outputs, publish
from analysis.builds.outputs import OutputsError
from analysis.builds.plan import Project
from analysis.errors import UserError
from analysis.numbers import check
from analysis.numbers.schema import DataError, Finding
from analysis.pages import fronts, package


def test_damage_is_repaired_whatever_was_asked(project: Project) -> None:
    """A damaged page is made again with its twin, also by a build that is forced to other pages."""
    (project.site / "en/each-ha-noi.html").write_text("x")
    outcome = build(project, only=["alpha"], force=True)
    assert (outcome.built, outcome.fresh) == (["alpha", "each-ha-noi"], ["each-da-nang"])
    assert set(manifest(project)["pages"]) == PAGES
    for name in ("vi/index.html", "changes.json"):
        (project.site / name).write_text("")
        outcome = build(project)
        assert (outcome.built, outcome.published) == ([], True)
    assert manifest(project)


def test_files_that_were_found_whole_are_not_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the system tells of no change; to set times back is a change. A note about it that
    is missing or not of these files counts for nothing."""
    published, whole = manifest(project), outputs.editions(project) / outputs.WHOLE
    page, read = project.site / "vi/alpha.html", list[int]()

    def differing(folder: Path, files: dict[str, str]) -> dict[str, str]:
        read.append(len(files))
        return really(folder, files)

    really = manifests.differing
    monkeypatch.setattr(manifests, "differing", differing)
    for note in (None, b"\xa8", None):  # that of the folder which this is a copy of, none, its own
        if note is not None:
            whole.write_bytes(note)
        assert publish.damaged(project, published) == {}
    assert len(read) == 2
    was = page.stat()
    page.write_bytes(page.read_bytes().replace(b"3.321", b"3.322"))
    os.utime(page, ns=(was.st_atime_ns, was.st_mtime_ns))
    now = page.stat()
    assert (now.st_ino, now.st_size, now.st_mtime_ns) == (was.st_ino, was.st_size, was.st_mtime_ns)
    for _ in range(2):
        assert publish.damaged(project, published) == {"vi/alpha.html": "damaged"}
    assert len(read) == 4
    assert build(project).built == ["alpha"]
    read.clear()
    assert publish.damaged(project, published) == {}
    assert not build(project).published
    assert read == [len(manifests.HISTORY)]  # which is in no manifest


def test_no_file_is_found_whole_in_the_tick_in_which_it_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another change in it would leave no trace: a look waits for its end, and a clock that is
    behind the times of the files is not relied on."""
    published, whole = manifest(project), outputs.editions(project) / outputs.WHOLE
    page, waits = project.site / "vi/alpha.html", list[float]()
    page.touch()
    for age in (-1, 1):
        whole.unlink(missing_ok=True)
        monkeypatch.setattr(
            manifests,
            "time",
            Mock(time_ns=lambda age=age: page.stat().st_ctime_ns + age, sleep=waits.append),
        )
        assert publish.damaged(project, published) == {}
        assert whole.exists() is (age > 0)
    assert waits == [pytest.approx(0.05)]


def test_the_data_are_made_anew_where_they_changed_or_are_damaged(project: Project) -> None:
    """The files in `data/` are in the manifest with their digests and shared by editions as long as
    no table changes; a new front page is no reason to make them again."""
    file, before = project.site / "data/figures-joined.csv", manifest(project)["data"]
    assert before["data/figures-joined.csv"] == manifests.sha256(file.read_bytes())
    kinds = {path.rpartition(".")[2] for path in before}
    assert kinds == {"bib", "csv", "json", "parquet", "sqlite", "xlsx"}
    (project.site / "vi/index.html").write_text("")
    was = file.stat().st_ino
    assert build(project).published
    assert file.stat().st_ino == was
    file.write_text("figure\n")
    assert manifests.verify(project.site)
    assert build(project).published
    assert manifest(project)["data"] == before
    correct(project, 95)
    assert build(project).published
    assert manifest(project)["data"] != before
    assert ",95.0," in file.read_text("utf-8")


@pytest.mark.parametrize(
    "damage", ["truncated", "deleted", "altered", "of another version", "gone"]
)
def test_a_lost_manifest_is_noticed(project: Project, damage: str) -> None:
    """It is not what was published, or not there: nothing is taken from it."""
    path = project.site / "manifest.json"
    if damage == "gone":
        shutil.rmtree(project.site.resolve())
    elif damage == "deleted":
        path.unlink()
    else:
        text = path.read_text("utf-8")
        other = {"truncated": text[:99], "altered": f"{text} "}
        mine, theirs = (f'"format": {manifests.FORMAT + i}' for i in (0, 1))
        path.write_text(other.get(damage, text.replace(mine, theirs)), "utf-8")
    if damage == "of another version":  # which has named its edition rightly, too
        made = project.site.resolve()
        named = made.rename(made.with_name(manifests.digest(path.read_bytes())))
        project.site.unlink()
        project.site.symlink_to(named.relative_to(project.outputs), target_is_directory=True)
    assert publish.published_manifest(project) == (manifests.empty(), True)


def test_a_site_never_shrinks_in_silence(project: Project) -> None:
    """Where the manifest is lost, every report is made again, whatever `only` asks for."""
    (project.site / "manifest.json").write_text("{")
    heard = Heard()
    assert build(project, only=["alpha"], tell=heard).built == REPORTS
    kind, text = heard[0]
    assert (kind, text.startswith(f"{project.site}/manifest.json: missing, alter")) == (
        "lost",
        True,
    )
    assert set(manifest(project)["pages"]) == PAGES


def test_a_failed_report_keeps_its_last_good_pages(project: Project) -> None:
    """Both stay, marked in the manifest and on the front page, until the report is made again."""
    good = (project.site / "vi/alpha.html").read_bytes()
    correct(project, 95)
    change_notebook(project, "1 / 0")
    outcome = build(project)
    cause = "cell 11 of alpha.ipynb: ZeroDivisionError: division by zero"
    assert (outcome.built, outcome.failed) == (EACH, {"alpha": cause})
    assert (project.site / "vi/alpha.html").read_bytes() == good
    assert manifest(project)["kept"] == {"alpha": cause}
    assert "vi/alpha.html" in (project.site / "vi/index.html").read_text("utf-8")
    assert "ZeroDivisionError" in (project.outputs / "runs" / "alpha.ipynb").read_text("utf-8")
    change_notebook(project)
    assert build(project).failed == {}
    assert manifest(project)["kept"] == {}


BAD = {
    "raises": ("raise ValueError('no such thing')", "ValueError: no such thing"),
    "dies": ("import os\nos.abort()", "its process ended with signal SIGABRT"),
    "leaves": ("import os\nos._exit(0)", "its process ended"),
    "prints": ("print('a bare number')", ""),
    "draws": ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", ""),
    "scripts": ("from IPython.display import Javascript, display\ndisplay(Javascript('1'))", ""),
    "destroys": ("import shutil\nshutil.rmtree({data!r})", "PermissionError"),
}


@pytest.mark.usefixtures("built")
def test_every_bad_notebook_ends_in_one_clear_line_and_stops_no_other(tmp_path: Path) -> None:
    """Raising, dying, leaving, showing no blocks, breaking the data, half a file."""
    project = small_project(tmp_path)
    entries = [(project.notebooks / "reports.toml").read_text("utf-8")]
    for name, (source, _) in BAD.items():
        code = source.replace("{data!r}", repr(str(project.data)))
        write(project.notebooks / f"{name}.ipynb", briefing(code, question=f"{name}?"))
        entries.append(f'[[report]]\nname = "{name}"\nnotebook = "{name}.ipynb"\n')
    (project.notebooks / "reports.toml").write_text("".join(entries), encoding="utf-8")
    (project.notebooks / "province.ipynb").write_text('{"cells": [', encoding="utf-8")
    before = content(project.notebooks) | content(project.data)
    outcome = build(project)
    assert (outcome.built, set(outcome.failed)) == (["alpha"], {*BAD, *EACH})
    assert outcome.failed["each-ha-noi"].startswith("province.ipynb is not a notebook")
    for name, (_, cause) in BAD.items():
        assert outcome.failed[name].startswith(f"cell 11 of {name}.ipynb: "), outcome.failed[name]
        assert cause in outcome.failed[name]
        assert "\n" not in outcome.failed[name]
    assert set(manifest(project)["reports"]) == {"alpha"}
    assert content(project.notebooks) | content(project.data) == before
    assert "os.abort" in (project.outputs / "runs" / "dies.ipynb").read_text("utf-8")


def test_data_that_change_while_they_are_written_are_not_published(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder `data` and the explorer are never of other tables than the pages beside them."""
    correct(project, 95)
    write, before = package.write, project.site.readlink()

    def changed(known: Any, data: Path, folder: Path) -> list[str]:
        correct(project, 96)
        return write(known, data, folder)

    monkeypatch.setattr(package, "write", changed)
    with pytest.raises(UserError, match="data changed while the build was running"):
        build(project)
    assert project.site.readlink() == before


def test_data_that_change_and_change_back_while_they_are_checked_are_not_published(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was checked is what the pages are made of: other data, for that moment, are noticed."""
    correct(project, 95)
    look, before = check.check, project.site.readlink()

    def passing(data: Path) -> Any:
        correct(project, 94)
        findings = look(data)
        correct(project, 95)
        return findings

    monkeypatch.setattr(check, "check", passing)
    with pytest.raises(UserError, match="data changed while the build was running"):
        build(project)
    assert project.site.readlink() == before


def test_what_changes_while_a_build_runs_fails_what_is_made_of_it(project: Project) -> None:
    """Pages of data that are no longer there, and fresh pages written over, are not published."""
    change_notebook(project, "assert True")
    outcome = build(project, tell=then(lambda: correct(project, 95)), only=["alpha"])
    assert (outcome.built, outcome.changes) == (["alpha"], [])  # it did not ask for that figure
    page = (project.site / "en/changes.html").read_text("utf-8")
    assert "No number, verdict or sentence reads differently" in page
    change_notebook(project)
    outcome = build(project, tell=then(lambda: change_notebook(project, "assert 1")))
    failed = "notebook changed while the build was running. Build again."
    assert (outcome.built, outcome.failed) == (EACH, {"alpha": failed})
    page = project.site.resolve() / "vi" / "each-ha-noi.html"
    outcome = build(project, tell=then(lambda: page.write_text("x")))
    failed = "its pages were changed while the build was running. Build again."
    assert (outcome.built, outcome.failed) == (["alpha"], {"each-ha-noi": failed})
    assert build(project).built == ["each-ha-noi"]
    assert set(manifest(project)["pages"]) == PAGES


def test_a_disk_that_is_full_leaves_the_site_as_it_was(project: Project) -> None:
    """Also where it is a report that finds no room: no edition is published of the others."""
    before = project.site.readlink()
    correct(project, 95)
    change_notebook(project, "raise OSError(28, 'No space left on device')")
    with pytest.raises(OutputsError, match=r"No space left on device\). The published site"):
        build(project)
    assert (project.site.readlink(), len(manifest(project)["pages"])) == (before, 6)
    assert not (outputs.editions(project) / ".work").exists()


def test_wrong_data_stop_the_build_before_anything_changes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error in the data, and no notebook runs, also where the plan cannot be made of them."""
    before = project.site.readlink()
    (project.site / "vi/alpha.html").write_text("x")
    findings = [Finding("a.csv", 2, "", "wrong"), Finding("a.csv", 3, "", "odd", "warning")]
    with monkeypatch.context() as patch:
        patch.setattr(check, "check", lambda _: findings)
        with pytest.raises(DataError) as refused:
            build(project)
    assert refused.value.findings == findings
    (project.data / "areas.csv").write_text("area,label_vi,label_en,level\n")
    with pytest.raises(DataError):
        build(project)
    assert project.site.readlink() == before


def test_a_broken_template_is_told_in_one_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with the front pages, the published site stays as it was."""
    before = project.site.readlink()
    (project.site / "index.html").write_text("")
    for error, message in (
        (jinja2.UndefinedError("'x' is undefined"), "cannot be made: 'x' is undefined. Correct"),
        (jinja2.TemplateSyntaxError("no", 3, filename="a.j2"), 'no File "a.j2", line 3. Correct'),
    ):
        monkeypatch.setattr(fronts, "door", Mock(side_effect=error))
        with pytest.raises(OutputsError, match=re.escape(message)):
            build(project)
    assert project.site.readlink() == before
